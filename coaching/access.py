"""Who may read what: the one table that the filter, the who-sees-this line and the tests are made from.

`coaching.shares` reads it together with what somebody has shared.
"""

from enum import StrEnum
from types import MappingProxyType


class Audience(StrEnum):
    """Somebody who could read a thing, seen from the person whom it is about."""

    SELF = "self"
    COACH = "coach"
    MANAGER = "manager"
    OWNER = "owner"
    TEAM = "team"
    #: Somebody of the same programme whom the person chose themself.
    PEER = "peer"
    #: The other one of two who hold a discussion: of a participant their manager, and the other way round.
    COUNTERPART = "counterpart"
    #: Whoever a reply is written to.
    ADDRESSEE = "addressee"
    #: Whoever asks a question on their own behalf.
    ASKER = "asker"


class Matter(StrEnum):
    """A kind of thing that can be read. Every field of every form names one."""

    #: A reflection's text. A manager never sees one, nobody does without a share.
    REFLECTION = "reflection"
    #: What is handed in to the coach on purpose.
    HAND_IN = "hand_in"
    #: How and when somebody means to do an assignment, and why they leave one out.
    INTENTION = "intention"
    #: What a coach writes to somebody who asked, or who handed something in.
    REPLY = "reply"
    #: What somebody answers a colleague who asks their team.
    TEAM_ANSWER = "team_answer"
    #: What somebody thinks over before a discussion with their manager.
    PREPARATION = "preparation"
    #: What a manager thinks over before a discussion with somebody whom they lead.
    NOTES = "notes"
    #: That a discussion is agreed on or was held, and when; never what was said in it.
    TALK = "talk"
    #: What one of the two wrote down of what they agreed on in a discussion.
    SUMMARY = "summary"
    #: That something was answered, and when; never what.
    PROGRESS = "progress"
    #: A goal of the development plan, in its owner's words.
    PLAN = "plan"
    #: What is said of it in a check-in.
    CHECK_IN = "check_in"
    #: The numbers of a goal's progress.
    MEASURE = "measure"
    #: What somebody answers to a survey without their name. Nobody can tell whose it is, they themselves neither.
    BALLOT = "ballot"


#: matter → who reads it without any share. Everybody not named does not.
READERS: MappingProxyType[Matter, frozenset[Audience]] = MappingProxyType(
    {
        Matter.REFLECTION: frozenset({Audience.SELF}),
        Matter.HAND_IN: frozenset({Audience.SELF, Audience.COACH}),
        Matter.INTENTION: frozenset({Audience.SELF}),
        Matter.REPLY: frozenset({Audience.SELF, Audience.ADDRESSEE}),
        Matter.TEAM_ANSWER: frozenset({Audience.SELF}),
        Matter.PREPARATION: frozenset({Audience.SELF}),
        Matter.NOTES: frozenset({Audience.SELF}),
        Matter.TALK: frozenset({Audience.SELF, Audience.COUNTERPART}),
        Matter.SUMMARY: frozenset({Audience.SELF}),
        Matter.PROGRESS: frozenset({Audience.SELF, Audience.COACH, Audience.OWNER}),
        Matter.PLAN: frozenset({Audience.SELF}),
        Matter.CHECK_IN: frozenset({Audience.SELF}),
        Matter.MEASURE: frozenset({Audience.SELF}),
        Matter.BALLOT: frozenset(),
    }
)

#: matter → with whom its own person may share it, each time by a word of their own. A manager never sees a reflection.
SHAREABLE: MappingProxyType[Matter, frozenset[Audience]] = MappingProxyType(
    {
        Matter.REFLECTION: frozenset({Audience.COACH, Audience.PEER}),
        Matter.HAND_IN: frozenset({Audience.MANAGER, Audience.TEAM, Audience.PEER}),
        Matter.INTENTION: frozenset(),
        Matter.REPLY: frozenset(),
        Matter.TEAM_ANSWER: frozenset(),
        Matter.PREPARATION: frozenset({Audience.COACH, Audience.MANAGER}),
        Matter.NOTES: frozenset({Audience.COUNTERPART}),
        Matter.TALK: frozenset(),
        Matter.SUMMARY: frozenset({Audience.COUNTERPART}),
        Matter.PROGRESS: frozenset(),
        Matter.PLAN: frozenset({Audience.COACH, Audience.MANAGER, Audience.TEAM, Audience.PEER}),
        Matter.CHECK_IN: frozenset({Audience.COACH, Audience.MANAGER, Audience.PEER}),
        Matter.MEASURE: frozenset({Audience.COACH, Audience.MANAGER, Audience.PEER}),
        Matter.BALLOT: frozenset(),
    }
)

#: matter → who gets it together with those of others, from enough of them only, and without names.
POOLED_READERS: MappingProxyType[Matter, frozenset[Audience]] = MappingProxyType(
    {Matter.TEAM_ANSWER: frozenset({Audience.ASKER}), Matter.BALLOT: frozenset({Audience.COACH})}
)
#: Of these others than usual see that there is an answer: nobody, or only the other one of the two.
_PROGRESS: MappingProxyType[Matter, frozenset[Audience]] = MappingProxyType(
    {
        Matter.REPLY: frozenset(),
        Matter.TEAM_ANSWER: frozenset(),
        Matter.SUMMARY: frozenset({Audience.SELF, Audience.COUNTERPART}),
        Matter.BALLOT: frozenset({Audience.COACH, Audience.OWNER}),
    }
)


def progress_readers(matter: Matter) -> frozenset[Audience]:
    """Who sees that there is an answer of that matter, and when; never what it says."""
    return _PROGRESS.get(matter, READERS[Matter.PROGRESS])


def gets_pooled(audience: Audience, matter: Matter) -> bool:
    """Whether *audience* gets *matter* of several people at once, without their names."""
    return audience in POOLED_READERS.get(matter, frozenset())


def may_read(audience: Audience, matter: Matter) -> bool:
    """Whether *audience* reads *matter* of somebody without being given a share."""
    return audience in READERS[matter]


def is_private(matter: Matter | None) -> bool:
    """Whether *matter* is written encrypted under the person's own key: all that is not mere progress."""
    return matter is not Matter.PROGRESS
