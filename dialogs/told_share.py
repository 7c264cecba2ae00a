"""Told share: that somebody shares something of theirs; what it is, is opened by a press of its own, and logged.

Also, to its owner, that what a former manager read is not shared any more.
"""

from microsoft_teams.cards import Action, CardElement

from coaching.asks import Ask, AskKind, Element
from coaching.forms import Form
from coaching.people import Language
from dialogs.pieces import button, paragraph, quoted
from dialogs.share_cards import ShareVerb
from dialogs.wording import t
from storage.spoken import Spoken


def form(element: Element, language: Language) -> Form:
    """Nothing is asked."""
    if element.kind is AskKind.NEW_MANAGER:
        title, intro = t(language, "share.new_manager.title"), t(language, "share.new_manager.intro")
        return Form(title=title, intro=intro, fields=())
    return Form(title=t(language, "share.told.title"), fields=())


def said(language: Language, spoken: Spoken | None) -> list[CardElement]:
    """Who shares; or that it is over already."""
    if spoken is None:
        return [paragraph(t(language, "share.no_longer_why"))]
    return [quoted(f"{t(language, 'share.by')} ", spoken.by), paragraph(t(language, "share.told_open"))]


def actions(language: Language, spoken: Spoken | None) -> list[Action]:
    """The way to open it."""
    if spoken is None or spoken.by_id is None:
        return []
    return [button(t(language, "share.open"), ShareVerb.OPEN, argument=str(spoken.by_id))]


def again(language: Language, notice: Ask) -> list[Action]:
    """The way to share with the new manager what the former one read."""
    return [button(t(language, "share.new_manager.again"), ShareVerb.AGAIN, argument=str(notice.occurrence))]
