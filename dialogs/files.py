"""Files: what a person takes away, by a link that works once and within the hour; the file is made when it is fetched.

Such a link stands in its person's own chat only.
"""

from collections.abc import Mapping
from typing import TypeAlias

from microsoft_teams.cards import CardElement

from dialogs.pieces import card, heading, opens, paragraph, quoted, small
from dialogs.reply import NewCard, Text
from dialogs.turn import Turn
from storage.one_time_links import FileKind, new_token

#: A card with links, or why there are none.
Offer: TypeAlias = NewCard | Text


async def offered(turn: Turn, *kinds: FileKind, about: Mapping[str, int], of: str = "") -> Offer:
    """The card by which the person fetches a file, with a button and a link for each of *kinds*: six at the most.

    Where Sparri has no public address, what they can do instead. about: what the file is of, by the numbers of rows;
    whether the person may have it is asked again at the fetching. of: the name of what it is of, for the card.
    """
    addresses = {kind: await _address(turn, kind, about) for kind in kinds}
    buttons = [opens(turn.t(f"file.open.{kind}"), address) for kind, address in addresses.items() if address]
    if not buttons:
        return Text(text=turn.t("file.no_address"))
    title = turn.t("file.ready")
    body: list[CardElement] = [
        heading(title),
        *([quoted("", of)] if of else []),
        *(paragraph(turn.t(f"file.kind.{kind}")) for kind in kinds),
        small(turn.t("file.once")),
    ]
    drawn = card(turn.language, body, actions=buttons, fallback=title)
    return NewCard(card=drawn, summary=title, apart=True)


async def _address(turn: Turn, kind: FileKind, about: Mapping[str, int]) -> str | None:
    token = new_token()
    address = turn.links.file(token)
    if address is not None:
        await turn.unit.one_time_links.add(
            token, person_id=turn.person.id, kind=kind, about=about, language=turn.language
        )
    return address
