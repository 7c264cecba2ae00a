"""My data: a person gets all that Sparri keeps of them, as a file."""

from dialogs import files, waiting
from dialogs.reply import Reply
from dialogs.turn import Turn
from storage.one_time_links import FileKind


async def asked(turn: Turn, _argument: str = "") -> Reply:
    """The link by which they fetch it."""
    return Reply.of(await files.offered(turn, FileKind.MY_DATA, about={}), *await waiting.reminder(turn))
