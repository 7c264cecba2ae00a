"""Everyday: what Sparri says at first sight and to the words that always work; each a small pure function."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten

from microsoft_teams.cards import CardElement, ExecuteAction, RichTextBlock, TextRun

from coaching.access import Matter
from coaching.people import Language
from coaching.proposals import ProposalKind
from dialogs import commands
from dialogs.commands import Command
from dialogs.pieces import Verb, button, card, heading, paragraph, small
from dialogs.proposal_cards import ProposalVerb
from dialogs.reply import NewCard, Text
from dialogs.who_sees import who_sees
from dialogs.wording import in_a_row, t

#: Asks that one card explains; the rest are counted.
MOST_REASONS = 8
#: Characters of a name or a title that somebody else gave.
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why the person gets one thing: whole sentences."""

    title: str
    lines: tuple[str, ...]


def welcome(language: Language, *, name: str, programmes: Sequence[str]) -> NewCard:
    """The first card after an install: what this is, how often it writes, who sees what, how to stop."""
    who = t(language, "welcome.who", name=_short(name)) if name.strip() else t(language, "welcome.who_nameless")
    body: list[CardElement] = [heading(t(language, "welcome.title")), _as_written(who)]
    if programmes:
        named = in_a_row(language, [_short(programme) for programme in programmes])
        body.append(_as_written(t(language, "welcome.programme", count=len(programmes), programmes=named)))
    body += [
        paragraph(t(language, "welcome.what")),
        paragraph(t(language, "welcome.often")),
        paragraph(f"{t(language, 'welcome.seen')} {who_sees(language, Matter.REFLECTION)}"),
        paragraph(t(language, "welcome.stop")),
        paragraph(t(language, "welcome.language")),
    ]
    return _card(language, "welcome", body, _language_buttons(language), fallback=t(language, "welcome.stop"))


def help_card(language: Language) -> NewCard:
    """What everybody can write."""
    apart = commands.OF_GOALS | commands.OF_COACHES | commands.OF_OWNERS
    offered = [command for command in Command if command not in apart]
    body = [
        heading(t(language, "help.title")),
        paragraph(t(language, "help.intro")),
        *(_command_line(language, command) for command in offered),
        paragraph(t(language, "help.answer")),
    ]
    actions = [
        button(commands.title(language, command), verb)
        for command, verb in (
            (Command.OPEN, Verb.OPEN),
            (Command.PAUSE, Verb.PAUSE),
            (Command.LANGUAGE, Verb.LANGUAGE),
        )
    ]
    titles = in_a_row(language, [commands.title(language, command) for command in offered])
    return _card(language, "help", body, actions, fallback=f"{t(language, 'help.intro')} {titles}")


def help_for_coaches(language: Language) -> NewCard:
    """What only coaches can write; beside the other card, for both together are too much for one."""
    offered = [command for command in Command if command in commands.OF_COACHES]
    body = [
        heading(t(language, "help_coach.title")),
        paragraph(t(language, "help_coach.intro")),
        *(_command_line(language, command) for command in offered),
    ]
    actions = [
        button(t(language, f"proposal.{kind}.title"), ProposalVerb.BEGIN, argument=kind)
        for kind in (ProposalKind.MOVE, ProposalKind.VIRTUAL, ProposalKind.AWAY)
    ]
    titles = in_a_row(language, [commands.title(language, command) for command in offered])
    return _card(language, "help_coach", body, actions, fallback=f"{t(language, 'help_coach.intro')} {titles}")


def help_for_owners(language: Language) -> NewCard:
    """What only the owners of programmes can write."""
    offered = [command for command in Command if command in commands.OF_OWNERS]
    body = [
        heading(t(language, "help_owner.title")),
        paragraph(t(language, "help_owner.intro")),
        *(_command_line(language, command) for command in offered),
    ]
    return _card(language, "help_owner", body)


def who_are_you(language: Language) -> Text:
    """That this is a bot, and what it is for."""
    return Text(text=t(language, "who_are_you.text"))


def language_card(language: Language, *, unknown: bool = False) -> NewCard:
    """The languages to choose from. unknown: one was named that Sparri does not speak."""
    body = [
        heading(t(language, "language.title")),
        *([paragraph(t(language, "language.unknown"))] if unknown else []),
    ]
    return _card(language, "language", body, _language_buttons(language))


def language_chosen(language: Language) -> Text:
    """The first words in the language that was chosen."""
    return Text(text=t(language, "language.chosen"))


def who_sees_card(language: Language) -> NewCard:
    """Who reads each kind of thing, from the access table and nothing else."""
    lines = [(t(language, f"visibility.matter.{matter}"), who_sees(language, matter)) for matter in Matter]
    body: list[CardElement] = [heading(t(language, "visibility.title")), paragraph(t(language, "visibility.intro"))]
    for matter, readers in lines:
        body += [_subheading(matter), paragraph(readers)]
    body += [small(t(language, "share.in_who_sees")), small(t(language, "visibility.teams"))]
    fallback = " ".join(f"{matter}: {readers}" for matter, readers in lines)
    return _card(language, "visibility", body, fallback=fallback)


def why(language: Language, reasons: Sequence[Reason], *, comes: str = "", is_numbered: bool = False) -> NewCard:
    """Why the person gets each of these, in the order given, and what comes next. is_numbered: their titles are."""
    title = t(language, "why.title")
    body: list[CardElement] = [heading(title)]
    for reason in reasons[:MOST_REASONS]:
        body += [_subheading(_short(reason.title)), *(_as_written(line) for line in reason.lines)]
    if not reasons:
        body.append(paragraph(t(language, "why.none")))
    if len(reasons) > MOST_REASONS:
        body.append(paragraph(t(language, "why.rest", count=len(reasons) - MOST_REASONS)))
    if comes:
        body.append(_subheading(comes))
    body += [*([small(t(language, "why.more"))] if is_numbered else []), small(t(language, "why.stop"))]
    fallback = t(language, "why.stop" if reasons else "why.none")
    return _card(language, "why", body, fallback=f"{title}. {fallback}")


def newcomer(language: Language, *, code: str) -> Text:
    """For somebody on no roster: the code that their coach lets them in with."""
    return Text(text=t(language, "newcomer.text", code=code))


def let_in_how(language: Language) -> Text:
    """For a coach who wrote no code."""
    return Text(text=t(language, "let_in.how"))


def let_in_done(language: Language, *, name: str) -> Text:
    """For the coach: the person is in. An empty name is not named."""
    if not name.strip():
        return Text(text=t(language, "let_in.done_nameless"))
    return Text(text=t(language, "let_in.done", name=_short(name)))


def let_in_by_coach(language: Language, *, to: int) -> Text:
    """For the person with that number, who was let in."""
    return Text(text=t(language, "let_in.you.text"), to=to)


def let_in_refused(language: Language, why: str) -> Text:
    """For the coach: nobody was let in; *why* is a text of the section `let_in`."""
    return Text(text=t(language, f"let_in.{why}"))


def not_allowed(language: Language) -> Text:
    """For somebody who is no coach."""
    return Text(text=t(language, "let_in.not_allowed"))


def elsewhere(language: Language) -> Text:
    """The one line in a group or a channel."""
    return Text(text=t(language, "elsewhere.text"))


def unknown(language: Language) -> Text:
    """A text that belongs to nothing, with a way on."""
    return Text(text=t(language, "unknown.text"))


def no_words(language: Language) -> Text:
    """A picture, a sticker or nothing at all, with a way on."""
    return Text(text=t(language, "unknown.no_words"))


def small_talk(language: Language) -> Text:
    """To thanks, an "ok" or a thumb up."""
    return Text(text=t(language, "small_talk.text"))


def deleted(language: Language) -> Text:
    """The person deleted a message; our copy of its text is gone too."""
    return Text(text=t(language, "deleted.text"))


def trouble(language: Language, *, id: str) -> Text:
    """Something failed on our side; *id* is what to quote to whoever runs Sparri."""
    return Text(text=t(language, "trouble.text", id=id))


def _card(
    language: Language,
    section: str,
    body: Sequence[CardElement],
    actions: Sequence[ExecuteAction] = (),
    *,
    fallback: str | None = None,
) -> NewCard:
    summary = t(language, f"{section}.summary")
    return NewCard(card=card(language, body, actions=actions, fallback=fallback or summary), summary=summary)


def _as_written(text: str) -> RichTextBlock:
    """A paragraph with a name or a title in it that others gave: nothing in it is read as Markdown."""
    runs: list[CardElement] = [TextRun(text=text)]
    return RichTextBlock(inlines=runs)


def _subheading(text: str) -> RichTextBlock:
    runs: list[CardElement] = [TextRun(text=text, weight="Bolder")]
    return RichTextBlock(inlines=runs, spacing="Large")


def _command_line(language: Language, command: Command) -> RichTextBlock:
    title, description = commands.title(language, command), commands.description(language, command)
    runs: list[CardElement] = [TextRun(text=title, weight="Bolder"), TextRun(text=f" – {description}")]
    return RichTextBlock(inlines=runs, spacing="Small")


def _language_buttons(language: Language) -> list[ExecuteAction]:
    return [button(t(language, f"language.name.{spoken}"), Verb.LANGUAGE, argument=spoken.value) for spoken in Language]


def _short(text: str) -> str:
    return shorten(text, width=LONGEST_NAME, placeholder="…")
