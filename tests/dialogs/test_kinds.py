"""Kinds: each has its form, wants an answer where it asks something, and is told of to whoever writes a programme."""

from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from coaching.asks import WANTING_ANSWERS, AskKind, Element
from coaching.elements import DELIVERED, Written
from coaching.people import Language
from dialogs import catalogue
from tests.builders import in_all

PAPER = (Path(__file__).parents[2] / "docs" / "programme-files.md").read_text(encoding="utf-8")
KINDS = [str(each.default) for kind in get_args(Written) for each in fields(kind) if each.name == "kind"]


def element(kind: AskKind) -> Element:
    """One of that kind, of which the file says nothing but a title."""
    return Element(id=1, programme_id=1, key="some", kind=kind, title=in_all("Jotain"), intro={})


@pytest.mark.parametrize("kind", AskKind)
def test_each_kind_of_ask_has_its_form_in_the_catalogue(kind: AskKind) -> None:
    assert kind in catalogue.FORMS


@pytest.mark.parametrize("kind", sorted(set(DELIVERED.values()) - {AskKind.DISCUSSION}))
def test_what_asks_something_wants_an_answer(kind: AskKind) -> None:
    form = catalogue.form_of(element(kind), Language.FI)

    assert not form.fields or kind in WANTING_ANSWERS


@pytest.mark.parametrize("kind", KINDS)
def test_the_paper_on_programme_files_has_a_row_for_each_kind(kind: str) -> None:
    rows = [line.split("|")[1] for line in PAPER.splitlines() if line.startswith("| `")]

    assert any(f"`{kind}`" in names for names in rows)
