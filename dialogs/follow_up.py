"""Follow-up: what a coach does from the overview: take it away as a file.

Whether they coach the programme is looked up each time.
"""

from coaching.people import in_language
from dialogs import everyday, files
from dialogs.follow_up_cards import FollowUpVerb
from dialogs.press import Press
from dialogs.reply import Reply
from dialogs.turn import Turn
from storage.broadcasts import Coached
from storage.one_time_links import FileKind


async def file(turn: Turn, _argument: str) -> Reply:
    """The coach's word for the files: of each programme that they coach."""
    coached = await turn.unit.broadcasts.coached(turn.person.id)
    if not coached:
        return Reply.of(everyday.not_allowed(turn.language))
    return Reply.of(*[await _offered(turn, each) for each in coached])


async def pressed(turn: Turn, press: Press) -> Reply:
    """What a button of the follow-up does."""
    return await _ON_PRESS[FollowUpVerb(press.verb)](turn, press)


async def _file(turn: Turn, press: Press) -> Reply:
    coached = await turn.unit.broadcasts.coached(turn.person.id)
    programme = next((each for each in coached if str(each.id) == press.argument), None)
    return Reply.of(await _offered(turn, programme) if programme else everyday.not_allowed(turn.language))


async def _offered(turn: Turn, programme: Coached) -> files.Offer:
    name = in_language(programme.name, turn.language)
    kinds = FileKind.FOLLOW_UP_XLSX, FileKind.FOLLOW_UP_CSV
    return await files.offered(turn, *kinds, about={"programme": programme.id}, of=name)


_ON_PRESS = {FollowUpVerb.FILE: _file}
