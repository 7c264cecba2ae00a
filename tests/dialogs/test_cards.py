"""Cards: fit for Teams and for screen readers in three languages, with ordinary and with ugly content."""

import copy
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.forms import Fault, FaultKind, FieldKind, Form, checked
from coaching.people import Language
from dialogs import reflection
from dialogs.cards import (
    CardRef,
    ListItem,
    choice_card,
    closed_card,
    confirm_card,
    form_card,
    list_card,
    receipt_card,
    words,
)
from dialogs.inputs import held_by_input
from dialogs.reply import Card
from tests.dialogs.card_linter import faults_of
from tests.dialogs.golden import is_golden
from tests.dialogs.samples import DEBRIEF, EVERY_KIND, EXTREME, FREE, LONG_WORD

REF = CardRef(card_id=34, revision=2, ask_id=12)
LARGEST_REF = CardRef(card_id=2**53, revision=2**31, ask_id=2**53)
HELSINKI = ZoneInfo("Europe/Helsinki")
SAVED = datetime(2026, 11, 27, 14, 30, tzinfo=HELSINKI)
CLOSES = datetime(2026, 12, 4, 16, 0, tzinfo=HELSINKI)
WHY = "Saat tämän, koska olet mukana ohjelmassa Kokeilu."
CANARY = "kanarialintu **lihava** [x](https://paha.example) <at>Aino</at> \u202e {title}"

ENTRIES: dict[str, object] = {
    "line": CANARY,
    "story": f"{CANARY}\n{CANARY}",
    "ease": "3",
    "one": "talk",
    "many": "praise,thanks",
    "times": "3,5",
    "day": "2026-11-27",
    "done": "true",
    "hour": "14:30",
    "work": "https://wiki.example/aino",
}
UGLY: dict[str, object] = {
    "line": CANARY * 9,
    "story": " ",
    "ease": f"9 {CANARY}",
    "one": CANARY,
    "many": CANARY,
    "times": f"monta {CANARY}",
    "day": f"pian {CANARY}",
    "done": f"ehkä {CANARY}",
    "hour": f"illalla {CANARY}",
    "work": CANARY,
}


def debrief_card(language: Language, **parts: Any) -> Card:
    return form_card(language, reflection.form(DEBRIEF, language), REF, why=WHY, **parts)


def receipt(language: Language, form: Form, **changes: Any) -> Card:
    usual: dict[str, Any] = {
        "at_local": SAVED,
        "version": 1,
        "closes_local": CLOSES,
        "can_edit": True,
        "has_former": False,
    }
    return receipt_card(language, form, REF, **usual | changes)


def items(count: int, title: str = "Tapaaminen") -> list[ListItem]:
    due = date(2026, 11, 30)
    return [ListItem(ask_id=n, title=f"{title} {n}", due=due if n % 2 else None) for n in range(1, count + 1)]


def cards_of(language: Language) -> dict[str, Card]:
    debrief, free = reflection.form(DEBRIEF, language), reflection.form(FREE, language)
    return {
        "debrief": debrief_card(language),
        "free": form_card(language, free, REF, why=WHY),
        "faults": form_card(language, EVERY_KIND, REF, entries=UGLY, faults=checked(EVERY_KIND, UGLY).faults, why=WHY),
        "every-kind": form_card(language, EVERY_KIND, REF, entries=ENTRIES, why=WHY),
        "receipt": receipt(language, debrief),
        "receipt-second": receipt(language, EVERY_KIND, version=2, has_former=True, closes_local=None),
        "receipt-locked": receipt(language, debrief, can_edit=False, has_former=True),
        "closed": closed_card(language, debrief, closed_local=CLOSES),
        "closed-without-time": closed_card(language, debrief),
        "list-none": list_card(language, []),
        "list-one": list_card(language, items(1)),
        "list-eight": list_card(language, items(8)),
        "choice": choice_card(language, items(2), ref=REF),
        "choice-nine": choice_card(language, items(9), ref=REF),
        "confirm": confirm_card(language, "Lopetetaanko?", ref=REF),
    }


def extreme_cards_of(language: Language) -> dict[str, Card]:
    large = {field.name: CANARY * 200 for field in EXTREME.fields}
    return {
        "form": form_card(
            language, EXTREME, LARGEST_REF, entries=large, faults=checked(EXTREME, large).faults, why=LONG_WORD
        ),
        "receipt": receipt(language, EXTREME, version=10**6),
        "list": list_card(language, items(400, LONG_WORD)),
        "choice": choice_card(language, items(400, LONG_WORD), ref=LARGEST_REF),
        "closed": closed_card(language, EXTREME, closed_local=CLOSES),
        "confirm": confirm_card(language, LONG_WORD * 5),
    }


@pytest.mark.parametrize("language", Language)
def test_every_extreme_card_is_fit(language: Language) -> None:
    faults = {name: faults_of(card, canaries=["kanarialintu"]) for name, card in extreme_cards_of(language).items()}

    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("language", Language)
def test_every_card_is_fit(language: Language) -> None:
    faults = {name: faults_of(card, canaries=["kanarialintu"]) for name, card in cards_of(language).items()}

    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("language", Language)
def test_every_card_is_the_golden_one(language: Language) -> None:
    different = [name for name, card in cards_of(language).items() if not is_golden(f"{name}.{language}", card)]

    assert different == []


@given(
    entries=st.fixed_dictionaries(
        {},
        optional={
            field.name: st.none() | st.text(max_size=300) | st.integers() | st.booleans() | st.lists(st.text())
            for field in EVERY_KIND.fields
        },
    )
)
def test_no_entries_make_an_unfit_card(entries: dict[str, object]) -> None:
    clean = {
        name: entry.encode("utf-8", "ignore").decode() if isinstance(entry, str) else entry
        for name, entry in entries.items()
    }

    card = form_card(Language.FI, EVERY_KIND, REF, entries=clean, faults=checked(EVERY_KIND, clean).faults, why=WHY)

    assert faults_of(card) == []


def inputs_of(card: Card) -> dict[str, dict[str, Any]]:
    fields = [item for part in card["body"] if part["type"] == "Container" for item in part["items"]]
    return {field["id"]: field for field in fields if field["type"].startswith("Input.")}


def test_entries_stand_in_their_inputs_again() -> None:
    inputs = inputs_of(form_card(Language.FI, EVERY_KIND, REF, entries=ENTRIES, why=WHY))

    assert {name: found["value"] for name, found in inputs.items()} == ENTRIES | {"times": 3.5}


def test_stored_values_stand_in_their_inputs_again() -> None:
    values = checked(EVERY_KIND, ENTRIES).values

    inputs = inputs_of(form_card(Language.FI, EVERY_KIND, REF, entries=values, why=WHY))

    assert {name: found["value"] for name, found in inputs.items()} == ENTRIES | {"times": 3.5}


def test_a_number_out_of_range_stays_in_its_input() -> None:
    entries = {"times": "99"}

    inputs = inputs_of(form_card(Language.FI, EVERY_KIND, REF, entries=entries, why=WHY))

    assert inputs["times"]["value"] == 99


def test_what_an_input_cannot_hold_is_shown_beside_it() -> None:
    entries = {"day": "kohta *ehkä*"}

    card = form_card(Language.FI, EVERY_KIND, REF, entries=entries, faults=checked(EVERY_KIND, entries).faults, why=WHY)

    assert "Vastasit: kohta *ehkä*" in words(card)
    assert "value" not in inputs_of(card)["day"]


def test_a_fault_stands_in_words_right_before_its_question() -> None:
    fault = Fault(field="times", kind=FaultKind.OUT_OF_RANGE, low=0, high=40)

    card = form_card(Language.EN, EVERY_KIND, REF, faults=[fault], why=WHY)

    lines = words(card).splitlines()
    assert lines[lines.index("Montako kertaa?") - 1] == "The number must be from 0 to 40."
    assert "One point needs a correction. Your other answers are in place." in lines


def test_who_sees_stands_under_every_question() -> None:
    lines = words(debrief_card(Language.EN)).splitlines()

    assert sum(line.startswith("Only you see this.") for line in lines) == 3


def test_a_question_without_a_fault_has_no_attention_colour() -> None:
    assert "Attention" not in str(debrief_card(Language.FI))


def test_bounds_are_whole_numbers() -> None:
    inputs = inputs_of(form_card(Language.FI, EVERY_KIND, REF, why=WHY))

    assert {repr(inputs["line"]["maxLength"]), repr(inputs["times"]["min"]), repr(inputs["times"]["max"])} == {
        "200",
        "0",
        "40",
    }


def test_yes_and_no_can_be_left_unanswered() -> None:
    done = inputs_of(form_card(Language.SV, EVERY_KIND, REF, why=WHY))["done"]

    assert done["type"] == "Input.ChoiceSet"
    assert [(choice["title"], choice["value"]) for choice in done["choices"]] == [("Ja", "true"), ("Nej", "false")]
    assert "value" not in done


def test_only_the_ends_of_a_scale_are_named() -> None:
    titles = [step["title"] for step in inputs_of(form_card(Language.FI, EVERY_KIND, REF, why=WHY))["ease"]["choices"]]

    assert titles == ["0 – ei lainkaan", "1", "2", "3", "4", "5 – hyvin"]


def test_a_card_of_a_full_debrief_holds_every_word() -> None:
    form = reflection.form(DEBRIEF, Language.FI)
    full = {field.name: "ä" * field.limit for field in form.fields}

    inputs = inputs_of(form_card(Language.FI, form, REF, entries=full, why=WHY))

    assert {name: found["value"] for name, found in inputs.items()} == full


def test_what_does_not_fit_is_cut_and_told() -> None:
    too_much = {"intended": "\n" * 9_000, "happened": "lyhyt", "next": '"' * 9_000}

    card = debrief_card(Language.EN, entries=too_much)

    inputs = inputs_of(card)
    assert words(card).count("The text did not fit on the card") == 2
    assert inputs["happened"]["value"] == "lyhyt"
    assert len(inputs["intended"]["value"]) > 2_000
    assert faults_of(card) == []


def sent_by(card: Card, title: str) -> dict[str, Any]:
    (action,) = [action for action in card["actions"] if action["title"] == title]
    return dict(action["data"]["sparri"], inputs=action["associatedInputs"])


def test_buttons_carry_ids_and_only_send_carries_the_inputs() -> None:
    card = debrief_card(Language.EN)

    ids = {"v": 1, "ask": 12, "card": 34, "revision": 2}
    assert sent_by(card, "Send") == ids | {"verb": "submit", "inputs": "auto"}
    assert sent_by(card, "Not now") == ids | {"verb": "later", "inputs": "none"}


def test_a_receipt_has_no_word_of_the_person() -> None:
    lines = words(receipt(Language.EN, reflection.form(DEBRIEF, Language.EN))).splitlines()

    assert lines == [
        "Your answer is saved",
        "Session 3",
        "Saved Fri 27 Nov 2026, 14:30.",
        "Only you see this. Your coach and the programme owner only see that you have answered, and when.",
        "You can change your answer until Fri 4 Dec 2026, 16:00.",
        "Edit my answer",
    ]


def test_a_second_version_offers_the_former() -> None:
    card = receipt(Language.FI, EVERY_KIND, version=2, has_former=True)

    assert [action["title"] for action in card["actions"]] == ["Muokkaa vastausta", "Palauta aiempi vastaus"]
    assert "Tämä on vastauksesi versio 2." in words(card)


def test_a_locked_receipt_has_no_buttons() -> None:
    card = receipt(Language.FI, EVERY_KIND, can_edit=False, has_former=True)

    assert "actions" not in card
    assert "Vastausta ei voi enää muuttaa." in words(card)


def test_a_receipt_of_mixed_fields_says_of_each_who_sees_it() -> None:
    lines = words(receipt(Language.EN, EVERY_KIND)).splitlines()

    assert (
        "Mitä tapahtui?, Kuinka helppoa se oli?: Only you see this. Your coach and the programme owner only see "
        in ("\n".join(lines))
    )


def test_a_list_names_what_has_no_button() -> None:
    card = list_card(Language.FI, items(8))

    assert [action["data"]["sparri"]["ask"] for action in card["actions"]] == [1, 2, 3, 4, 5, 6]
    assert "Lisäksi 2 muuta: Tapaaminen 7 ja Tapaaminen 8." in words(card)


def test_a_list_says_what_is_hoped_for_and_when() -> None:
    assert "1: Tapaaminen 1 (mielellään viimeistään ma 30.11.2026)" in words(list_card(Language.FI, items(1)))


def test_a_choice_leaves_a_way_out() -> None:
    card = choice_card(Language.EN, items(9), ref=CardRef(card_id=5, revision=1))

    assert [action["data"]["sparri"]["arg"] for action in card["actions"]] == ["1", "2", "3", "4", "5", "none"]
    assert all("ask" not in action["data"]["sparri"] for action in card["actions"])


def test_a_confirmation_is_a_yes_or_a_no() -> None:
    card = confirm_card(Language.SV, "Ska jag sluta skriva?")

    assert [(action["title"], action["data"]["sparri"]["arg"]) for action in card["actions"]] == [
        ("Ja", "yes"),
        ("Nej", "no"),
    ]


@pytest.mark.parametrize("kind", FieldKind)
def test_every_kind_of_field_has_an_input(kind: FieldKind) -> None:
    (field,) = [field for field in EVERY_KIND.fields if field.kind is kind]

    card = form_card(Language.FI, EVERY_KIND, REF, why=WHY)

    assert inputs_of(card)[field.name]["label"] == field.label
    assert held_by_input(field, None) is None


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        pytest.param(lambda card: card.update(version="1.6"), "not version 1.5", id="another version"),
        pytest.param(lambda card: card.pop("lang"), "no language", id="no language"),
        pytest.param(lambda card: card.update(fallbackText=" "), "no fallbackText", id="nothing to fall back on"),
        pytest.param(lambda card: card["body"].pop(0), "not exactly one heading", id="no heading"),
        pytest.param(lambda card: card["body"][1].pop("wrap"), "does not wrap", id="a line that runs out of sight"),
        pytest.param(lambda card: card.update(nonsense=1), "schema", id="what the schema does not know"),
        pytest.param(lambda card: card["actions"].extend(card["actions"] * 3), "too many actions", id="eight buttons"),
        pytest.param(lambda card: card["body"][2]["items"][0].pop("label"), "no label", id="an input without a label"),
        pytest.param(lambda card: card["body"][1].update(text="kanarialintu"), "person's words", id="a person's words"),
        pytest.param(lambda card: card["body"][1].update(text="x" * 14_000), "bytes", id="too large"),
        pytest.param(
            lambda card: card["actions"][0]["data"]["sparri"].update(text="x"), "more than ids", id="text in a button"
        ),
    ],
)
def test_the_linter_sees_an_unfit_card(spoil: Callable[[Card], object], found: str) -> None:
    card = copy.deepcopy(debrief_card(Language.FI))

    spoil(card)

    assert found in "; ".join(faults_of(card, canaries=["kanarialintu"]))
