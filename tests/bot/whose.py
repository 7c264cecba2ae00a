"""Whose things each word and each button of Sparri's is about, and who of all people may do something with them.

Whoever adds a command or a verb of a button places it here; `test_who_may_what` is red until then, and tries it out for
everybody else from then on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dialogs.broadcast_cards import CoachVerb
from dialogs.commands import Command
from dialogs.follow_up_cards import FollowUpVerb
from dialogs.pieces import Verb
from dialogs.proposal_cards import ProposalVerb
from dialogs.share_cards import ShareVerb
from dialogs.talk_cards import TalkVerb
from dialogs.told_survey import SurveyVerb


class Somebody(StrEnum):
    """Those who try: everybody of Aino's programme, of another one, of none, and of another organisation."""

    #: Whose things most of it is about.
    PARTICIPANT = "the participant"
    COACH = "her coach"
    MANAGER = "her manager"
    OWNER = "the owner of her programme"
    PEER = "another participant of her programme"
    TEAMMATE = "somebody whom she leads"
    FOREIGN_PARTICIPANT = "a participant of another programme"
    FOREIGN_COACH = "the coach of another programme"
    FOREIGN_MANAGER = "a manager of another programme"
    FOREIGN_OWNER = "the owner of another programme"
    STRANGER = "somebody of the roster without a programme"
    #: With a programme of the same name.
    OTHER_TENANT = "a coach of another organisation"


class Whose(StrEnum):
    """Whose things an action is about."""

    #: It says the same to everybody, or is about how Sparri writes to whoever asks.
    NOBODYS = "nobody's"
    OWN = "one's own"
    #: Of the people and the programme that one coaches.
    COACHED = "of those whom one coaches"
    #: Of the programme that one answers for.
    OWNED = "of the programme that one owns"
    #: Of a programme that a coach offers to another one.
    OFFERED = "offered to one"
    #: Of the two who hold a discussion.
    TALK = "of the two who hold it"
    SHARED = "shared with one"


#: Who may: everybody else gets nothing of it, and changes nothing.
MAY: Mapping[Whose, frozenset[Somebody]] = {
    Whose.NOBODYS: frozenset(),
    Whose.OWN: frozenset({Somebody.PARTICIPANT}),
    Whose.COACHED: frozenset({Somebody.COACH}),
    Whose.OWNED: frozenset({Somebody.OWNER}),
    Whose.OFFERED: frozenset(),
    Whose.TALK: frozenset({Somebody.PARTICIPANT, Somebody.MANAGER}),
    Whose.SHARED: frozenset({Somebody.MANAGER}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Whose things an action is about, and how it is aimed at Aino's.

    typed: what is typed after a command. about: the names of the things whose numbers a button carries, each in turn.
    """

    whose: Whose
    typed: str = ""
    about: tuple[str, ...] = ()


def _of(whose: Whose, *, typed: str = "", about: tuple[str, ...] = ()) -> Placed:
    return Placed(whose=whose, typed=typed, about=about)


COMMANDS: Mapping[Command, Placed] = {
    **dict.fromkeys(
        (
            Command.HELP,
            Command.SESSIONS,
            Command.MATERIALS,
            Command.LANGUAGE,
            Command.PAUSE,
            Command.RESUME,
            Command.WRITING_TIME,
            Command.WORKING_HOURS,
            Command.WHO_SEES,
            Command.STOP,
            Command.WHO_ARE_YOU,
            Command.TOO_MUCH,
            Command.MY_DATA,
            Command.ERASE,
        ),
        _of(Whose.NOBODYS),
    ),
    **dict.fromkeys(
        (
            Command.OPEN,
            Command.WHY,
            Command.EDIT,
            Command.FORMER,
            Command.LATER,
            Command.GOALS,
            Command.NEW_GOAL,
            Command.PLAN_FILE,
            Command.TEAM_PLAN,
            Command.TEAM_CALENDAR,
            Command.SHARE,
            Command.WHO_READ,
        ),
        _of(Whose.OWN),
    ),
    **dict.fromkeys(
        (
            Command.PLAN,
            Command.DONE,
            Command.ADAPTED,
            Command.LEAVE_OUT,
            Command.ASK_COACH,
            Command.MORE_TIME,
            Command.ASK_TEAM,
            Command.DECLINE,
            Command.EDIT_GOAL,
            Command.IF_THEN,
            Command.FOLLOW_GOAL,
            Command.PAUSE_GOAL,
            Command.RESUME_GOAL,
            Command.FINISH_GOAL,
            Command.UNSHARE,
        ),
        _of(Whose.OWN, typed="1"),
    ),
    Command.DROP_GOAL: _of(Whose.OWN, typed="2"),
    **dict.fromkeys(
        (
            Command.UNDO,
            Command.OVERVIEW,
            Command.FOLLOW_UP_FILE,
            Command.CORRECT,
            Command.UNDO_CHANGE,
        ),
        _of(Whose.COACHED),
    ),
    Command.ASSIGN: _of(Whose.COACHED, typed="1"),
    Command.NUDGE: _of(Whose.COACHED, typed="1"),
    Command.LET_IN: _of(Whose.COACHED, typed="K7QF-2M"),
    Command.HAND_INS: _of(Whose.COACHED, typed="1 aino.aalto@ministry.example"),
    Command.SURVEY_RESULTS: _of(Whose.COACHED, typed="1"),
    Command.FEEDBACK: _of(Whose.COACHED, typed="1 aino.aalto@ministry.example: Hyvä"),
    Command.FEEDBACK_ASKING: _of(Whose.COACHED, typed="1 aino.aalto@ministry.example: Miten?"),
    Command.MOVE_SESSION: _of(Whose.COACHED, typed="1 4.12.2026 klo 9"),
    Command.HOLD_ONLINE: _of(Whose.COACHED, typed="4.12.2026 alkaen"),
    Command.AWAY: _of(Whose.COACHED, typed="aino.aalto@ministry.example 24.11.2026 asti"),
    Command.BACK: _of(Whose.COACHED, typed="aino.aalto@ministry.example"),
    Command.HAND_OVER: _of(Whose.COACHED, typed="kirsi.coach@ministry.example"),
    Command.TAKE_OVER: _of(Whose.OFFERED),
    Command.TALKS: _of(Whose.TALK),
    Command.BOOKED: _of(Whose.TALK, typed="1 1.12.2026"),
    Command.PREPARE: _of(Whose.TALK, typed="1"),
    Command.HELD: _of(Whose.TALK, typed="1 16.11.2026"),
    Command.SUMMARISE: _of(Whose.TALK, typed="1"),
    Command.TALK_COUNTS: _of(Whose.OWNED),
    Command.SHARED: _of(Whose.SHARED, typed="1"),
}

#: What Aino was asked, and answered.
_ASKS = ("reflection", "goal", "assignment", "preparation")

VERBS: Mapping[str, Placed] = {
    **dict.fromkeys(
        (
            Verb.SUBMIT,
            Verb.EDIT,
            Verb.FORMER,
            Verb.SHOW,
            Verb.LATER,
            Verb.TURN,
            Verb.SAVE,
            Verb.DECLINE,
            Verb.TEAM_CALENDAR,
            Verb.PICK,
        ),
        _of(Whose.OWN, about=_ASKS),
    ),
    **dict.fromkeys((Verb.OPEN, Verb.GOALS, Verb.NEW_GOAL, Verb.PLAN_FILE, Verb.TEAM_PLAN), _of(Whose.OWN)),
    **dict.fromkeys(
        (Verb.LANGUAGE, Verb.CONFIRM, Verb.PAUSE, Verb.RESUME, Verb.STOP, Verb.TOO_MUCH, Verb.MY_DATA),
        _of(Whose.NOBODYS),
    ),
    CoachVerb.ASSIGN: _of(Whose.COACHED),
    CoachVerb.WRITE_TO_OWING: _of(Whose.COACHED, about=("element",)),
    CoachVerb.NUDGE: _of(Whose.COACHED, about=("element",)),
    **dict.fromkeys(
        (
            CoachVerb.PREVIEW,
            CoachVerb.SEND,
            CoachVerb.REWRITE,
            CoachVerb.UNDO,
            CoachVerb.REFRESH,
            CoachVerb.REMIND,
            CoachVerb.CORRECT,
        ),
        _of(Whose.COACHED, about=("draft", "sent")),
    ),
    ProposalVerb.BEGIN: _of(Whose.COACHED, about=("away",)),
    **dict.fromkeys(
        (
            ProposalVerb.PREVIEW,
            ProposalVerb.REWRITE,
            ProposalVerb.REFRESH,
            ProposalVerb.DISCARD,
            ProposalVerb.DO,
            ProposalVerb.UNDO,
        ),
        _of(Whose.COACHED, about=("proposal",)),
    ),
    ProposalVerb.ACCEPT: _of(Whose.OFFERED, about=("proposal",)),
    ProposalVerb.DECLINE: _of(Whose.OFFERED, about=("proposal",)),
    FollowUpVerb.FILE: _of(Whose.COACHED, about=("programme",)),
    FollowUpVerb.PEOPLE: _of(Whose.COACHED, about=("element",)),
    FollowUpVerb.READ: _of(Whose.COACHED, about=("assignment",)),
    FollowUpVerb.FEEDBACK: _of(Whose.COACHED, about=("assignment",)),
    SurveyVerb.RESULTS: _of(Whose.COACHED, about=("survey",)),
    ShareVerb.BEGIN: _of(Whose.OWN),
    ShareVerb.READERS: _of(Whose.OWN),
    **dict.fromkeys(
        (ShareVerb.PREVIEW, ShareVerb.SHARE, ShareVerb.REWRITE, ShareVerb.AGAIN, ShareVerb.TAKE_BACK),
        _of(Whose.OWN, about=("share",)),
    ),
    ShareVerb.OPEN: _of(Whose.SHARED, about=("aino",)),
    TalkVerb.LIST: _of(Whose.TALK),
    TalkVerb.SHARED: _of(Whose.SHARED),
    **dict.fromkeys(
        (TalkVerb.BOOK, TalkVerb.PREPARE, TalkVerb.HELD, TalkVerb.SUMMARISE), _of(Whose.TALK, about=("talk",))
    ),
}
