"""Sessions as people are told of them: when, where, with whom, and what to read."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from coaching.elements import Words
from coaching.people import Member, Role
from coaching.programmes import Material, Mode, Programme, Session, Speaker


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """What a card, a list and a calendar say of one session. starts and ends are UTC.

    programme: its key. timezone: the programme's. place: empty where nobody meets in a room; link: None where there is
    nothing to join. coach: a name, or an e-mail where no name is known; None where the file names nobody. sequence:
    raised with each change of what a calendar shows.
    """

    programme: str
    number: int
    title: Words
    starts: datetime
    ends: datetime
    timezone: str
    mode: Mode
    theme: Words = field(default_factory=dict)
    place: Words = field(default_factory=dict)
    link: str | None = None
    coach: str | None = None
    speakers: tuple[Speaker, ...] = ()
    materials: tuple[Material, ...] = ()
    sequence: int = 0
    cancelled: bool = False


def facts_of(programme: Programme, session: Session, *, coach: str | None = None) -> SessionFacts:
    """The facts of one of the programme's sessions. coach: what to call the coach; None for their e-mail.

    The length is by the clock: of a session across a change of the clocks too.
    """
    starts = session.starts.replace(tzinfo=ZoneInfo(programme.timezone)).astimezone(UTC)
    return SessionFacts(
        programme=programme.id,
        number=session.number,
        title=session.title,
        starts=starts,
        ends=starts + session.length,
        timezone=programme.timezone,
        mode=session.mode,
        theme=session.theme,
        place=session.place,
        link=session.link,
        coach=coach or session.coach,
        speakers=session.speakers,
        materials=session.materials,
        sequence=session.sequence,
        cancelled=session.cancelled,
    )


def sessions_of(programme: Programme, member: Member, *, email: str | None = None) -> list[SessionFacts]:
    """The sessions that are a member's, in the order of time; cancelled ones are not.

    A speaker has those that they speak in, found by *email*; everybody else those of their groups.
    """
    own = [each for each in programme.sessions if not each.cancelled and _is_theirs(each, member, email)]
    return sorted((facts_of(programme, each) for each in own), key=lambda facts: (facts.starts, facts.number))


def _is_theirs(session: Session, member: Member, email: str | None) -> bool:
    if member.role is Role.SPEAKER:
        return email is not None and any(
            speaker.email is not None and speaker.email.casefold() == email.casefold() for speaker in session.speakers
        )
    return not session.groups or not session.groups.isdisjoint(member.groups)
