"""A Dask cluster gives the rows of this process; what ends a process there is left out there too."""

from contextlib import closing

import pytest

from ledger.engine import Cluster, document_batch, in_order, read_batch
from ledger.errors import InputError
from tests.engine.factory_engine import ENDING, QUICK, pledges, titled

distributed = pytest.importorskip("distributed", reason="the extra cluster is not installed")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # what distributed warns of is not ours
def test_a_cluster_gives_the_rows_of_this_process() -> None:
    documents = pledges(4)
    batches = [(at, document_batch(documents[at : at + 2])) for at in (0, 2)]
    here = [(at, read_batch(batch, QUICK)) for at, batch in batches]
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None, protocol="tcp"
    ) as local:
        with closing(Cluster(QUICK, local.scheduler_address)) as cluster:
            assert cluster.slots == 1
            assert list(in_order(cluster, batches)) == here
        with closing(Cluster(ENDING, local.scheduler_address)) as cluster:
            bad = document_batch(titled(documents[:2], {0: "crash"}))
            [(_, read)] = in_order(cluster, [(0, bad)])
            assert read is not None
            assert read.column("read").to_pylist() == [False, True]


@pytest.mark.parametrize("address", ["nowhere", "ftp://127.0.0.1:1"])
def test_an_address_without_a_scheduler_is_told(address: str) -> None:
    with pytest.raises(InputError, match="no Dask scheduler answers"):
        Cluster(QUICK, address)
