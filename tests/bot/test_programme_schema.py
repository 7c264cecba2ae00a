"""The JSON Schema of programme files: an editor finds what reading finds."""

import re
from typing import Any

import jsonschema
import pytest
import yaml

from bot.programme_keys import KEYS
from bot.programme_schema import programme_schema
from tests.bot.programme_samples import FAULTS, SHIPPED, SMALL, the_example


def as_an_editor_reads(text: str) -> Any:
    """A file as YAML 1.2 has it: whole numbers and true and false are no texts, dates and times are."""

    def value(node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            return {str(key.value): value(inner) for key, inner in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [value(inner) for inner in node.value]
        found = str(node.value)
        if getattr(node, "style", None):
            return found
        if re.fullmatch(r"-?[0-9]+", found):
            return int(found)
        return found == "true" if found in ("true", "false") else found

    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    assert node is not None
    return value(node)


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(programme_schema())


def test_the_schema_is_one(validator: jsonschema.Draft202012Validator) -> None:
    validator.check_schema(validator.schema)

    assert validator.schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


PROGRAMMES = {"documented": the_example()} | {file.stem: file.read_text(encoding="utf-8") for file in SHIPPED}


@pytest.mark.parametrize("text", PROGRAMMES.values(), ids=PROGRAMMES)
def test_an_editor_finds_nothing_wrong_with_a_programme(validator: jsonschema.Draft202012Validator, text: str) -> None:
    assert [error.message for error in validator.iter_errors(as_an_editor_reads(text))] == []


#: What only reading finds: that an id stands there twice, that a date is none, that hours end after they start.
BEYOND_A_SCHEMA = ("already", "calendar", "2099", "hours end", "at least one visit", "0 min", "cannot be seen")


SEEN = [fault for fault in FAULTS if not any(part in fault[3] + fault[1] for part in BEYOND_A_SCHEMA)]


@pytest.mark.parametrize(("old", "new"), [fault[:2] for fault in SEEN], ids=[fault[3][:50] for fault in SEEN])
def test_an_editor_finds_the_same_faults(validator: jsonschema.Draft202012Validator, old: str, new: str) -> None:
    text = SMALL.replace(old, new) if old else SMALL + new

    assert not validator.is_valid(as_an_editor_reads(text))


def test_the_schema_says_what_each_of_its_parts_is(validator: jsonschema.Draft202012Validator) -> None:
    parts = validator.schema["$defs"]

    assert {name for name, part in parts.items() if not part.get("description")} == set()
    keys = [set(part.get("properties", ())) for part in (validator.schema, *parts.values())]
    assert set().union(*keys) == set(KEYS)
    assert not {"sequence", "cancelled"} & set(parts["Session"]["properties"])
