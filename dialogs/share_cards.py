"""The cards of sharing: the owner's form, preview and standing share; and what the other one sees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from microsoft_teams.cards import Action, CardElement

from coaching.access import Audience
from coaching.forms import Fault, Form
from coaching.people import Language
from coaching.shares import Share, is_live
from dialogs import content
from dialogs.cards import entry_card
from dialogs.content import Content
from dialogs.pieces import MOST_ACTIONS, button, card, cut, heading, paragraph, quoted, small, subheading
from dialogs.reply import Card
from dialogs.wording import date_in_words, in_a_row, moment_in_words, t

LONGEST_NAME = 80
LONGEST_TITLE = 80


class ShareVerb(StrEnum):
    """What a button about sharing asks for; most carry the share's number, OPEN that of whose it is."""

    BEGIN = "share"
    PREVIEW = "share_preview"
    SHARE = "share_now"
    REWRITE = "share_rewrite"
    TAKE_BACK = "share_back"
    READERS = "share_readers"
    OPEN = "share_open"
    #: The same as with the former manager, with the new one; with the number of a share that ended by that.
    AGAIN = "share_again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A share as its owner sees it in a list. to: whom it is for, in words. until: the last day of it."""

    share_id: int
    titles: tuple[str, ...]
    to: str
    until: date


def share_form_card(
    language: Language,
    form: Form,
    share: Share,
    *,
    entries: Mapping[str, object],
    faults: Sequence[Fault] = (),
    own: Sequence[CardElement] = (),
) -> Card:
    """The form to fill in. own: what the person wrote themselves, by which they know what is meant."""
    actions: list[Action] = [
        button(t(language, "share.preview"), ShareVerb.PREVIEW, argument=str(share.id), inputs="auto"),
        _button(t(language, "share.discard"), ShareVerb.TAKE_BACK, share.id),
    ]
    return entry_card(language, form, actions, entries=entries, faults=faults, own=own)


def preview_card(language: Language, share: Share, shown: Sequence[Content], *, to: str, until: date) -> Card:
    """Exactly what the other one will see, before they do."""
    title = t(language, "share.preview_title")
    body: list[CardElement] = [
        heading(title),
        quoted(f"{t(language, 'share.for')} ", to),
        paragraph(t(language, "share.until", when=date_in_words(language, until))),
        paragraph(t(language, "share.they_see")),
        *content.elements(shown),
        small(t(language, "share.preview_typed")),
    ]
    actions = [
        _button(t(language, "share.share"), ShareVerb.SHARE, share.id),
        _button(t(language, "share.rewrite"), ShareVerb.REWRITE, share.id),
        _button(t(language, "share.discard"), ShareVerb.TAKE_BACK, share.id),
    ]
    return card(language, body, actions=actions, fallback=f"{title}: {in_a_row(language, _titles(shown))}")


def standing_card(
    language: Language, share: Share, titles: Sequence[str], *, to: str, zone: ZoneInfo, now: datetime
) -> Card:
    """What is shared with whom, until when, and the way to take it back; or that it is not shared any more."""
    title = t(language, "share.live_title" if is_live(share, now) else "share.over_title")
    until = share.ends_at.astimezone(zone) if share.ends_at else now.astimezone(zone)
    body: list[CardElement] = [
        heading(title),
        quoted(f"{t(language, 'share.for')} ", to),
        *(paragraph(each) for each in titles),
    ]
    if is_live(share, now):
        body += [
            paragraph(t(language, "share.until_end", when=moment_in_words(language, until))),
            small(t(language, "share.live_hint")),
        ]
    else:
        body.append(paragraph(t(language, "share.over_since", when=moment_in_words(language, until))))
    actions = [
        _button(t(language, "share.take_back"), ShareVerb.TAKE_BACK, share.id),
        button(t(language, "share.who_read"), ShareVerb.READERS),
    ]
    return card(language, body, actions=actions if is_live(share, now) else [], fallback=title)


def discarded_card(language: Language) -> Card:
    """Nothing was shared."""
    title = t(language, "share.discarded")
    return card(language, [heading(title)], fallback=title)


def shared_card(language: Language, owner: str, shown: Sequence[Content], *, until: date | None) -> Card:
    """What somebody shares with the reader. until: the last day of it; None where different days hold."""
    title = t(language, "share.shared_title")
    body: list[CardElement] = [
        heading(title),
        quoted(f"{t(language, 'share.by')} ", cut(owner, LONGEST_NAME)),
        *content.elements(shown),
        *([small(t(language, "share.until", when=date_in_words(language, until)))] if until else []),
        small(t(language, "share.is_logged")),
    ]
    return card(language, body, fallback=f"{title}: {in_a_row(language, _titles(shown))}")


def no_longer_card(language: Language) -> Card:
    """What was shared with the reader is not any more; nothing of it is left on the card."""
    title = t(language, "share.no_longer")
    body = [heading(title), paragraph(t(language, "share.no_longer_why"))]
    return card(language, body, fallback=title)


def owners_card(language: Language, owners: Sequence[tuple[int, str]]) -> Card:
    """Who shares something with the reader; nothing is opened yet."""
    title = t(language, "share.owners_title")
    body: list[CardElement] = [heading(title)]
    body += [quoted(f"{number}. ", cut(name, LONGEST_NAME)) for number, (_, name) in enumerate(owners, start=1)]
    body.append(small(t(language, "share.owners_typed")))
    actions = [
        _button(t(language, "share.open_number", number=number), ShareVerb.OPEN, owner_id)
        for number, (owner_id, _) in enumerate(owners[:MOST_ACTIONS], start=1)
    ]
    return card(language, body, actions=actions, fallback=title)


def own_shares_card(language: Language, standing: Sequence[Standing]) -> Card:
    """All that somebody shares, each with the way to take it back."""
    title = t(language, "share.own_title" if standing else "share.own_none")
    body: list[CardElement] = [heading(title)]
    for number, each in enumerate(standing, start=1):
        body += [
            subheading(t(language, "share.own_item", number=number, titles=in_a_row(language, list(each.titles)))),
            quoted(f"{t(language, 'share.for')} ", each.to),
            paragraph(t(language, "share.until", when=date_in_words(language, each.until))),
        ]
    body += [small(t(language, "share.own_typed"))] if standing else []
    backs = [
        _button(t(language, "share.take_back_number", number=number), ShareVerb.TAKE_BACK, each.share_id)
        for number, each in enumerate(standing[: MOST_ACTIONS - 2], start=1)
    ]
    more = [
        button(t(language, "share.begin"), ShareVerb.BEGIN),
        button(t(language, "share.who_read"), ShareVerb.READERS),
    ]
    return card(language, body, actions=[*backs, *more], fallback=title)


def readers_card(language: Language, lines: Sequence[tuple[str, datetime, Sequence[str]]]) -> Card:
    """Who opened what of the owner's, and when; the newest first. Times are in the owner's own zone."""
    title = t(language, "share.readers_title" if lines else "share.readers_none")
    body: list[CardElement] = [heading(title)]
    for name, at, titles in lines:
        when = t(language, "share.read_at", when=moment_in_words(language, at), titles=in_a_row(language, list(titles)))
        body.append(quoted(f"{when} ", cut(name, LONGEST_NAME)))
    return card(language, body, fallback=title)


def to_in_words(language: Language, audience: Audience | None, name: str) -> str:
    """Whom a share is for."""
    if audience is None:
        return ""
    return t(language, f"share.to_short.{audience}", name=cut(name, LONGEST_NAME))


def _titles(shown: Sequence[Content]) -> list[str]:
    return [cut(each.title, LONGEST_TITLE) for each in shown]


def _button(title: str, verb: ShareVerb, number: int) -> Action:
    return button(title, verb, argument=str(number))
