"""A site on loopback for each test that asks for one."""

from collections.abc import Iterator

import pytest

from tests.read.factory_site import Site, served


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as made:
        yield made
