"""A coach's cards of a proposal: sound, as they were reviewed, and never with a person's words as Markdown."""

from collections.abc import Callable
from functools import partial

import pytest

from coaching.forms import Choice, Fault, FaultKind, Field, FieldKind, Form
from coaching.people import Language
from coaching.proposals import Proposal, ProposalKind, ProposalState
from dialogs.deeds import Outcome, Preview
from dialogs.pieces import alert, paragraph, quoted
from dialogs.proposal_cards import discarded_card, form_card, outcome_card, preview_card
from dialogs.reply import Card
from dialogs.wording import t
from tests.dialogs.card_linter import faults_of
from tests.dialogs.golden import is_golden

CANARY = "Hiljainen *tapaaminen*"


def proposal(kind: ProposalKind, state: ProposalState) -> Proposal:
    return Proposal(id=7, kind=kind, author_id=1, programme_id=3, state=state)


def move_form(language: Language) -> Form:
    return Form(
        title=t(language, "proposal.move.title"),
        intro=t(language, "proposal.move.intro"),
        fields=(
            Field(
                name="session",
                kind=FieldKind.CHOICE,
                label=t(language, "proposal.move.session.label"),
                matter=None,
                choices=(Choice(id="3.4", label="4. Tapaaminen, to 4.2.2027 klo 9.00"),),
            ),
            Field(name="day", kind=FieldKind.DATE, label=t(language, "proposal.move.day.label"), matter=None),
        ),
    )


def filled_in(language: Language) -> Card:
    faults = [Fault(field="day", kind=FaultKind.NOT_A_DATE)]
    draft = proposal(ProposalKind.MOVE, ProposalState.DRAFT)
    return form_card(language, move_form(language), draft, entries={"session": "3.4", "day": CANARY}, faults=faults)


def previewed(kind: ProposalKind, language: Language, *, can: bool = True, is_overtaken: bool = False) -> Card:
    body = [
        quoted(f"{t(language, 'broadcast.programme')} ", CANARY),
        *([] if can else [alert(t(language, "proposal.obstacle.overlap", number=4))]),
        paragraph(t(language, "proposal.to_be_told", count=20)),
        paragraph(t(language, "proposal.untold", count=8)),
        paragraph(t(language, "proposal.sent_stays", count=1)),
    ]
    return preview_card(
        language,
        move_form(language),
        proposal(kind, ProposalState.PREVIEWED),
        Preview(body=body, can=can, before={}),
        is_overtaken=is_overtaken,
    )


def over(kind: ProposalKind, state: ProposalState, language: Language) -> Card:
    outcome = Outcome(body=[quoted("", CANARY), paragraph(t(language, "proposal.told", count=20))])
    return outcome_card(language, proposal(kind, state), outcome)


KINDS = tuple(ProposalKind)
CARDS: dict[str, Callable[[Language], Card]] = {
    "form": filled_in,
    "barred": partial(previewed, ProposalKind.MOVE, can=False),
    "overtaken": partial(previewed, ProposalKind.MOVE, is_overtaken=True),
    "discarded": discarded_card,
    "offered": partial(over, ProposalKind.HAND_OVER, ProposalState.OFFERED),
    "under-way": partial(over, ProposalKind.NUDGE, ProposalState.DOING),
    **{f"{kind}-preview": partial(previewed, kind) for kind in KINDS},
    **{
        f"{kind}-{state}": partial(over, kind, state)
        for kind in KINDS
        for state in (ProposalState.DONE, ProposalState.UNDONE)
    },
}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", CARDS)
def test_each_card_is_sound_and_looks_as_it_was_reviewed(name: str, language: Language) -> None:
    card = CARDS[name](language)

    assert faults_of(card, canaries=[CANARY]) == []
    assert is_golden(f"proposal-{name}.{language}", card)
