"""Talk counts: for a programme's owner, how far the discussions of each stage are; never whose, and of no few."""

from collections.abc import Sequence

from microsoft_teams.cards import CardElement, RichTextBlock, TextRun

from coaching import talk_counts
from coaching.people import Language, in_language
from coaching.talk_counts import Counts, Tally
from dialogs.pieces import LARGEST_CARD, card, cut, heading, paragraph, quoted, size, small, subheading
from dialogs.reply import Card, NewCard, Reply
from dialogs.turn import Turn
from dialogs.wording import t

#: Units that are told by themselves on one card, of each stage; the rest are counted.
MOST_UNITS = 40
LONGEST_NAME, LONGEST_TITLE = 60, 80


async def of_owner(turn: Turn, _argument: str) -> Reply:
    """The owner's command: a card for each programme of theirs."""
    owned = await turn.unit.programmes.owned_by(turn.person.id)
    if not owned:
        return Reply.of(turn.t("talk_counts.not_owner"))
    cards = []
    for each in owned:
        document = await turn.unit.revisions.newest(each.id)
        threshold = document.rules.pooled_from if document is not None else talk_counts.LEAST
        stages = [
            (in_language(found.stage.title, turn.language), talk_counts.told(found.by_unit, threshold=threshold))
            for found in await turn.unit.talk_counts.of(each.id)
        ]
        least = max(threshold, talk_counts.LEAST)
        drawn = counts_card(turn.language, in_language(each.name, turn.language), stages, least=least)
        cards.append(NewCard(card=drawn, summary=turn.t("talk_counts.title"), apart=True))
    return Reply.of(*cards)


def counts_card(language: Language, programme: str, stages: Sequence[tuple[str, Counts]], *, least: int) -> Card:
    """One programme. stages: what each is called, and what may be told of it. least: pairs, of fewer nothing is."""
    drawn = (_counts_card(language, programme, stages, least, most) for most in range(MOST_UNITS, -1, -2))
    return next(each for each in drawn if size(each) <= LARGEST_CARD)


def _counts_card(
    language: Language, programme: str, stages: Sequence[tuple[str, Counts]], least: int, most: int
) -> Card:
    title = t(language, "talk_counts.title")
    body: list[CardElement] = [
        heading(title),
        quoted(f"{t(language, 'broadcast.programme')} ", cut(programme, LONGEST_TITLE)),
        *([] if stages else [paragraph(t(language, "talk_counts.none"))]),
    ]
    for name, counts in stages:
        body += [subheading(cut(name, LONGEST_TITLE)), *_stage(language, counts, least, most)]
    body += [small(t(language, "talk_counts.rule", least=least))] if stages else []
    return card(language, body, fallback=title)


def _stage(language: Language, counts: Counts, least: int, most: int) -> list[CardElement]:
    if counts.total is None:
        return [paragraph(t(language, "talk_counts.too_few", least=least))]
    units = [*counts.units.items()]
    drawn: list[CardElement] = [_line(language, t(language, "talk_counts.all"), counts.total)]
    drawn += [_line(language, cut(unit, LONGEST_NAME), tally) for unit, tally in units[:most]]
    drawn += [_line(language, t(language, "talk_counts.rest"), counts.rest)] if counts.rest is not None else []
    left_out = len(units) - most
    return [*drawn, *([small(t(language, "talk_counts.more", count=left_out))] if left_out > 0 else [])]


def _line(language: Language, name: str, tally: Tally) -> RichTextBlock:
    """Whose numbers, and the numbers. A unit's name is the roster's: nothing in it is read as Markdown."""
    said = t(
        language,
        "talk_counts.numbers",
        pairs=tally.pairs,
        prepared=tally.prepared,
        booked=tally.booked,
        held=tally.held,
        summarised=tally.summarised,
    )
    runs: list[CardElement] = [TextRun(text=f"{name}: ", weight="Bolder"), TextRun(text=said)]
    return RichTextBlock(inlines=runs, spacing="Small")
