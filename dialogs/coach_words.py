"""A coach's words: what is typed after a command that changes their programme, as the entries of its form."""

import re

from coaching.proposals import ProposalKind
from dialogs import broadcasting, everyday, letting_in, overview, proposing, rescheduled
from dialogs.folding import fold
from dialogs.reply import Reply
from dialogs.turn import Turn
from dialogs.typed import date_of, time_of

#: What stands before or after a day and is no part of it.
_AROUND_A_DAY = frozenset(
    [
        "asti",
        "saakka",
        "alkaen",
        "lahtien",
        "tom",
        "fran",
        "och",
        "med",
        "till",
        "den",
        "from",
        "starting",
        "on",
        "to",
        "for",
        "until",
    ]
)
_LINK = re.compile(r"https?://\S+")


async def move_session(turn: Turn, argument: str) -> Reply:
    """A session at another time: its number, a day, and a time where that changes too."""
    if not await turn.unit.programmes.coached_by(turn.person.id):
        return Reply.of(everyday.not_allowed(turn.language))
    number, _, rest = argument.partition(" ")
    entries = _day_and_time(turn, rest) if rest else {}
    if number:
        ids = await rescheduled.named(turn.unit, turn.person, int(re.sub(r"\D", "", number) or 0))
        if not ids:
            return Reply.of(turn.t("proposal.move.no_session", number=number.rstrip(".,:")))
        entries |= {"session": ids[0]} if len(ids) == 1 else {}
    return await proposing.begin(turn, ProposalKind.MOVE, entries)


async def hold_online(turn: Turn, argument: str) -> Reply:
    """The sessions from a day on are held online: the day, and a link where there is a new one."""
    link = _LINK.search(argument)
    day = _LINK.sub("", argument).strip()
    entries = _day_and_time(turn, day) if day else {}
    if link:
        entries["link"] = link.group()
    return await proposing.begin(turn, ProposalKind.VIRTUAL, entries)


async def hand_over(turn: Turn, argument: str) -> Reply:
    """The programme goes to another coach: their name or address."""
    return await proposing.begin(turn, ProposalKind.HAND_OVER, {"to": argument} if argument else {})


async def away(turn: Turn, argument: str) -> Reply:
    """Somebody is away: their name or address, and the last day of it."""
    words, today = argument.split(), turn.local(turn.now).date()
    for length in range(len(words) - 1, 0, -1):
        rest = " ".join(word for word in words[length:] if fold(word) not in _AROUND_A_DAY)
        day = date_of(rest, today)
        if day is not None:
            return await proposing.begin(
                turn, ProposalKind.AWAY, {"person": " ".join(words[:length]), "last": day.isoformat()}
            )
    return await proposing.begin(turn, ProposalKind.AWAY, {"person": argument} if argument else {})


async def back(turn: Turn, argument: str) -> Reply:
    """Somebody is back: their name or address."""
    return await proposing.begin(turn, ProposalKind.BACK, {"person": argument} if argument else {})


async def let_in(turn: Turn, argument: str) -> Reply:
    """What a coach's command comes to; the person who is let in hears of it too."""
    if not await turn.unit.people.is_coach(turn.person.id):
        return Reply.of(everyday.not_allowed(turn.language))
    if not argument:
        return Reply.of(everyday.let_in_how(turn.language))
    if await turn.unit.programmes.coached_by(turn.person.id):
        return await proposing.begin(turn, ProposalKind.LET_IN, {"code": argument})
    outcome = await letting_in.let_in(
        turn.unit, letting_in.wish(argument), tenant=turn.person.tenant, coach=turn.person
    )
    if isinstance(outcome, letting_in.Refusal):
        return Reply.of(everyday.let_in_refused(turn.language, outcome))
    return Reply.of(
        everyday.let_in_done(turn.language, name=outcome.name),
        everyday.let_in_by_coach(outcome.language, to=outcome.id),
    )


async def nudge(turn: Turn, argument: str) -> Reply:
    """Those who owe an answer are reminded soon: to the item of the overview with that number, or the only one."""
    wanted = argument.rstrip(".,")
    items = await overview.listed(turn)
    found = [item for item in items if wanted in (str(item.number), "")]
    if len(found) == 1:
        return await broadcasting.nudge(turn, found[0].element.id)
    said = await overview.of_coach(turn, "")
    return Reply.of(*said.parts, turn.t("proposal.nudge.how")) if items else said


def _day_and_time(turn: Turn, text: str) -> dict[str, object]:
    """The day, and the time after it if there is one. What is not understood is the day as it was written."""
    today = turn.local(turn.now).date()
    words = [word for word in text.split() if fold(word) not in _AROUND_A_DAY]
    for length in range(len(words), 0, -1):
        day = date_of(" ".join(words[:length]), today)
        rest = " ".join(words[length:])
        hour = time_of(rest) if rest else None
        if day is not None and (hour or not rest):
            return {"day": day.isoformat(), **({"hour": hour} if hour else {})}
    return {"day": text}
