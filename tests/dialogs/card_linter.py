"""What every card of ours must be; `faults_of` names all that a card is not.

The official schema of Adaptive Cards 1.5, and beyond it: how Teams limits cards, what screen readers need, and that
nothing that a person wrote stands where Markdown is read.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft6Validator

from dialogs.reply import Card

#: Bytes of JSON in UTF-16. The strict reading of the 28 KB above which some clients of Teams fail.
LARGEST = 28_000
MOST_ACTIONS = 6
CARRIED = {"v": int, "verb": str, "ask": int, "card": int, "revision": int, "arg": str}
#: Long enough for a number or a word such as "two_weeks", too short for what somebody wrote.
LONGEST_ARGUMENT = 20


def faults_of(card: Card, *, canaries: Sequence[str] = ()) -> list[str]:
    """Everything that is wrong with a card; canaries are texts of a person that must not be read as Markdown."""
    elements = list(_objects(card))
    return [
        *_schema_faults(card),
        *_frame_faults(card),
        *(fault for element in elements for fault in _input_faults(element)),
        *(fault for element in elements for fault in _text_faults(element, canaries)),
        *(fault for element in elements for fault in _action_faults(element)),
        *_canary_faults(card, canaries),
    ]


def _schema_faults(card: Card) -> list[str]:
    return [f"schema: {error.json_path}: {error.message[:200]}" for error in _validator().iter_errors(card)]


def _frame_faults(card: Card) -> Iterator[str]:
    bytes_of_json = len(json.dumps(card, ensure_ascii=False).encode("utf-16-le"))
    if bytes_of_json > LARGEST:
        yield f"{bytes_of_json} bytes"
    if card.get("version") != "1.5":
        yield "not version 1.5"
    if card.get("lang") not in {"fi", "sv", "en"}:
        yield "no language"
    if not str(card.get("fallbackText", "")).strip():
        yield "no fallbackText"
    if sum(element.get("style") == "heading" for element in _objects(card)) != 1:
        yield "not exactly one heading"
    if sum(_is_action(element) for element in _shown(card)) > MOST_ACTIONS:
        yield "too many actions"
    names = [element["id"] for element in _objects(card) if "id" in element]
    if len(names) != len(set(names)):
        yield "two elements of one id"
    if any(isinstance(part, float) and part.is_integer() for element in _objects(card) for part in element.values()):
        yield "a number with a decimal point where a whole one will do"


def _input_faults(element: Mapping[str, Any]) -> Iterator[str]:
    if not str(element.get("type", "")).startswith("Input."):
        return
    if not str(element.get("label", "")).strip():
        yield f"input {element.get('id')} has no label"
    if element.get("isRequired") and not element.get("errorMessage"):
        yield f"input {element.get('id')} is required and has no error message"
    if element.get("type") == "Input.Text" and "maxLength" not in element:
        yield f"input {element.get('id')} has no bound"


def _text_faults(element: Mapping[str, Any], canaries: Sequence[str]) -> Iterator[str]:
    if element.get("type") == "TextBlock":
        if not element.get("wrap"):
            yield f"does not wrap: {element.get('text')}"
        if not element.get("text", "").strip():
            yield "an empty text"
    if element.get("type") in {"TextBlock", "FactSet"}:
        told = json.dumps(element, ensure_ascii=False)
        yield from (f"a person's words in {element['type']}" for canary in canaries if canary in told)


def _action_faults(element: Mapping[str, Any]) -> Iterator[str]:
    if element.get("type") != "Action.Execute":
        return
    fallback = element.get("fallback", {})
    if fallback.get("type") != "Action.Submit" or fallback.get("data") != element["data"]:
        yield f"{element['title']}: no Action.Submit with the same data for older clients"
    if set(element["data"]) != {"sparri"} or element["verb"] != element["data"]["sparri"].get("verb"):
        yield f"{element['title']}: carries more than Sparri's own"
        return
    for key, carried in element["data"]["sparri"].items():
        if not isinstance(carried, CARRIED.get(key, type(None))) or len(str(carried)) > LONGEST_ARGUMENT:
            yield f"{element['title']}: {key} carries more than ids and a verb"


def _canary_faults(card: Card, canaries: Sequence[str]) -> Iterator[str]:
    """Outside inputs' values and quotations, a person's words are nowhere: not in buttons, labels or fallbackText."""
    for element in _objects(card):
        if element.get("type") == "TextRun":
            continue
        for key, told in element.items():
            if key != "value" and isinstance(told, str) and any(canary in told for canary in canaries):
                yield f"a person's words in {key}"


def _objects(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
        for inner in part.values():
            yield from _objects(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _objects(inner)


def _shown(part: Any) -> Iterator[dict[str, Any]]:
    """The objects that a current client draws: all but the fallbacks."""
    if isinstance(part, dict):
        yield part
        for key, inner in part.items():
            if key != "fallback":
                yield from _shown(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _shown(inner)


def _is_action(element: Mapping[str, Any]) -> bool:
    return str(element.get("type", "")).startswith("Action.")


@cache
def _validator() -> Draft6Validator:
    schema = files("adaptive_cards").joinpath("schemas", "schema-1.5.json").read_text(encoding="utf-8")
    return Draft6Validator(json.loads(schema))
