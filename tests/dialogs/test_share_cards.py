"""The cards of sharing: sound, as they were reviewed, and never with a person's words as Markdown."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coaching.access import Audience, Matter
from coaching.forms import Fault, FaultKind
from coaching.people import Language
from coaching.shares import Item, Share, ShareState, Subject
from dialogs import content
from dialogs.content import Content, Written
from dialogs.reply import Card
from dialogs.share_cards import (
    Standing,
    no_longer_card,
    own_shares_card,
    owners_card,
    preview_card,
    readers_card,
    share_form_card,
    shared_card,
    standing_card,
    to_in_words,
)
from dialogs.share_form import Ground, form
from tests.dialogs.card_linter import faults_of
from tests.dialogs.golden import is_golden

HELSINKI = ZoneInfo("Europe/Helsinki")
NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
CANARY = "Hiljainen *viikko* [tässä](https://x.example)"


def written(name: str, label: str) -> Written:
    item = Item(owner_id=1, matter=Matter.PREPARATION, subject=Subject.ASK, subject_id=7, field=name)
    return Written(item=item, label=label, text=CANARY)


CONTENT = Content(
    subject=Subject.ASK,
    subject_id=7,
    title="Palautekeskustelu",
    written=(written("succeeded", "Missä onnistuit?"), written("wish", "Mitä toivot?")),
)
GROUND = Ground(contents=[CONTENT], people={(Audience.MANAGER, 2): "Pekka Ylijoki"}, has_team=True)
SHARE = Share(
    id=5,
    owner_id=1,
    state=ShareState.SHARED,
    audience=Audience.MANAGER,
    person_id=2,
    ends_at=NOW + timedelta(days=14),
)
UNTIL = date(2026, 11, 30)


def form_with_faults(language: Language) -> Card:
    faults = [
        Fault(field="to", kind=FaultKind.NOT_TO_BE_SHARED),
        Fault(field="peer", kind=FaultKind.NOT_A_NAME),
        Fault(field="until", kind=FaultKind.TOO_FAR),
    ]
    return share_form_card(language, form(language, GROUND), SHARE, entries={"peer": CANARY}, faults=faults)


def standing(language: Language, share: Share) -> Card:
    to = to_in_words(language, share.audience, CANARY)
    return standing_card(language, share, ["Palautekeskustelu"], to=to, zone=HELSINKI, now=NOW)


CARDS: dict[str, Callable[[Language], Card]] = {
    "form": lambda language: share_form_card(
        language, form(language, GROUND), SHARE, entries={"until": UNTIL.isoformat()}
    ),
    "form-faults": form_with_faults,
    "preview": lambda language: preview_card(language, SHARE, [CONTENT], to=CANARY, until=UNTIL),
    "standing": lambda language: standing(language, SHARE),
    "over": lambda language: standing(language, Share(id=5, owner_id=1, state=ShareState.SHARED, ends_at=NOW)),
    "shared": lambda language: shared_card(language, CANARY, [CONTENT], until=UNTIL),
    "no-longer": no_longer_card,
    "owners": lambda language: owners_card(language, [(1, CANARY), (2, "Bo Björk")]),
    "own": lambda language: own_shares_card(
        language, [Standing(share_id=5, titles=("Palautekeskustelu",), to=CANARY, until=UNTIL)]
    ),
    "own-none": lambda language: own_shares_card(language, []),
    "readers": lambda language: readers_card(language, [(CANARY, NOW.astimezone(HELSINKI), ["Palautekeskustelu"])]),
}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", CARDS)
def test_each_card_is_sound_and_looks_as_it_was_reviewed(name: str, language: Language) -> None:
    card = CARDS[name](language)

    assert faults_of(card, canaries=[CANARY]) == []
    assert is_golden(f"share-{name}.{language}", card)


@pytest.mark.parametrize("language", Language)
def test_what_the_other_one_sees_is_on_the_preview_element_by_element(language: Language) -> None:
    preview = preview_card(language, SHARE, [CONTENT], to="", until=UNTIL)["body"]
    seen = shared_card(language, "", [CONTENT], until=None)["body"]

    number = len(content.elements([CONTENT]))
    assert preview[4 : 4 + number] == seen[2 : 2 + number]
