"""The records' examples, and the JSON Schemas published from them."""

import inspect
import json
from pathlib import Path

import jsonschema
import pytest

import schemas
from ledger.tables import frame_of, record_schema, records_of
from schemas import RECORDS, Record
from schemas.examples import EXAMPLES
from schemas.publish import DIALECT, json_schema, schema_files, write_schemas

PUBLISHED = Path(__file__).parents[2] / "schemas" / "json"
EVERY = sorted(
    (
        model
        for _, model in inspect.getmembers(schemas, inspect.isclass)
        if issubclass(model, Record) and model is not Record
    ),
    key=str,
)


@pytest.mark.parametrize("model", EVERY, ids=lambda model: model.__name__)
def test_every_record_has_an_example_that_survives_json_and_tables(model: type[Record]) -> None:
    example = EXAMPLES[model]
    assert type(example) is model
    assert model.model_validate_json(example.model_dump_json()) == example
    frame = frame_of(model, [example])
    assert dict(frame.schema) == record_schema(model)
    assert records_of(model, frame) == [example]


@pytest.mark.parametrize("model", EVERY, ids=lambda model: model.__name__)
def test_every_field_says_what_it_is(model: type[Record]) -> None:
    assert inspect.getdoc(model)
    assert not [name for name, field in model.model_fields.items() if not field.description]


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.__name__)
def test_a_published_schema_is_one_of_2020_12_and_its_example_fits(model: type[Record]) -> None:
    made = json_schema(model)
    assert made["$schema"] == DIALECT
    jsonschema.Draft202012Validator.check_schema(made)
    check = jsonschema.Draft202012Validator(made)
    (example,) = made["examples"]
    check.validate(example)
    assert not check.is_valid({**example, "unheard_of": 1})


def test_committed_schemas_are_what_the_generator_writes(tmp_path: Path) -> None:
    write_schemas(tmp_path)
    committed = {path.name: path.read_text(encoding="utf-8") for path in PUBLISHED.iterdir()}
    assert (
        committed
        == {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
        == dict(schema_files())
    )
    assert all(json.loads(contents)["title"] == name.removesuffix(".json") for name, contents in committed.items())


def test_a_record_is_closed_frozen_and_strict() -> None:
    example = EXAMPLES[schemas.Rate]
    with pytest.raises(ValueError, match="frozen"):
        example.unit = "GBP"  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="Extra inputs"):
        schemas.Rate(**{**example.model_dump(), "more": 1})
    with pytest.raises(ValueError, match="valid date"):
        schemas.Rate(**{**example.model_dump(), "on": "2026-02-20"})
