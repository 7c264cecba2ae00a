"""Plan files: somebody's own development plan to take away, as Markdown, as a Word document and as JSON.

The same plan in each: its goals in its owner's words, how they are followed, and what they said of them so far.
"""

import asyncio
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.files import File, NotTheirs, Order
from coaching.check_ins import Decision
from coaching.people import Language
from coaching.plans import WORDS, Goal, GoalWords
from dialogs import check_in
from dialogs.wording import date_in_words, moment_in_words, number_in_words, t
from storage.plan_progress import AnsweredCheckIn, Promise, SaidOfGoal, said_of_goals
from storage.store import Store

MARKDOWN = "text/markdown; charset=utf-8"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JSON = "application/json"
#: Of what the JSON looks like.
FORMAT = 1
#: What a Word document cannot hold.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_READ_IN_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~&-]|^\d+(?=\.))", re.MULTILINE)
_LANGUAGES = {Language.FI: "fi-FI", Language.SV: "sv-FI", Language.EN: "en-GB"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """One goal, and all that was said of it in check-ins, and promised by its owner's team, oldest first."""

    goal: Goal
    words: GoalWords
    said: Sequence[SaidOfGoal]
    promised: Sequence[Promise]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whole:
    """A plan: its goals, and what was answered in check-ins beside them, oldest first."""

    goals: Sequence[_Told]
    answered: Sequence[AnsweredCheckIn]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A line of a goal: what it is, and the text. own: in its owner's words."""

    lead: str
    text: str
    own: bool = True


async def as_markdown(store: Store, order: Order) -> File:
    """The plan as Markdown. Raises NotTheirs."""
    told = await _read(store, order)
    return File(name="sparri-plan.md", media_type=MARKDOWN, content=_markdown(told, order).encode())


async def as_docx(store: Store, order: Order) -> File:
    """The plan as a Word document. Raises NotTheirs."""
    told = await _read(store, order)
    content = await asyncio.to_thread(_docx, told, order)
    return File(name="sparri-plan.docx", media_type=DOCX, content=content)


async def as_json(store: Store, order: Order) -> File:
    """The plan as JSON, for another program to read. Raises NotTheirs."""
    told = await _read(store, order)
    plan = {
        "format": FORMAT,
        "language": order.language.value,
        "goals": [_as_data(each) for each in told.goals],
        "asked_beside": [each for answered in told.answered for each in _beside_as_data(answered, order.language)],
    }
    content = json.dumps(plan, ensure_ascii=False, indent=2).encode()
    return File(name="sparri-plan.json", media_type=JSON, content=content)


async def _read(store: Store, order: Order) -> _Whole:
    async with store.transaction() as unit:
        plan = await unit.plans.get(order.about.get("plan", 0))
        if plan is None or plan.person_id != order.person.id:
            raise NotTheirs
        _, cipher = await unit.cipher(order.person)
        goals = await unit.plans.goals(plan.id)
        words = await unit.plans.words(cipher, person_id=plan.person_id, goal_ids=[goal.id for goal in goals])
        answered = await unit.plan_progress.check_ins(cipher, plan)
        promises = await unit.plan_progress.promises(cipher, plan)
    said = said_of_goals(answered)
    told = [
        _Told(
            goal=goal,
            words=words[goal.id],
            said=said.get(goal.id, ()),
            promised=[each for each in promises if each.is_about(goal.id)],
        )
        for goal in goals
    ]
    return _Whole(goals=told, answered=answered)


def _markdown(told: _Whole, order: Order) -> str:
    language, zone = order.language, ZoneInfo(order.person.timezone)
    parts = [f"# {t(language, 'plan.title')}"]
    for place, each in enumerate(told.goals, start=1):
        parts.append(f"## {t(language, 'plan.goal', number=place)}")
        parts += [f"**{line.lead}** {_in_markdown(line)}" for line in _lines(each, language, zone)]
        if each.said:
            parts.append(f"### {t(language, 'plan_file.check_ins')}")
            parts += ["\n".join(f"- {_escaped(text)}" for text in _said_lines(each, language, zone))]
    if beside := _beside_lines(told, language, zone):
        parts.append(f"## {t(language, 'plan_file.beside')}")
        parts.append("\n".join(f"- {_escaped(text)}" for text in beside))
    return "\n\n".join(parts) + "\n"


def _docx(told: _Whole, order: Order) -> bytes:
    from docx import Document  # few ever need it, so it is no part of the start

    language, zone = order.language, ZoneInfo(order.person.timezone)
    document = Document()
    document.core_properties.author = "Sparri"
    document.core_properties.title = t(language, "plan.title")
    document.core_properties.language = _LANGUAGES[language]
    document.add_heading(t(language, "plan.title"), level=0)
    for place, each in enumerate(told.goals, start=1):
        document.add_heading(t(language, "plan.goal", number=place), level=1)
        for line in _lines(each, language, zone):
            paragraph = document.add_paragraph()
            paragraph.add_run(f"{line.lead} ").bold = True
            paragraph.add_run(_NOT_IN_XML.sub("", line.text))
        if each.said:
            document.add_heading(t(language, "plan_file.check_ins"), level=2)
        for text in _said_lines(each, language, zone):
            document.add_paragraph(_NOT_IN_XML.sub("", text), style="List Bullet")
    if beside := _beside_lines(told, language, zone):
        document.add_heading(t(language, "plan_file.beside"), level=1)
        for text in beside:
            document.add_paragraph(_NOT_IN_XML.sub("", text), style="List Bullet")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _lines(told: _Told, language: Language, zone: ZoneInfo) -> list[_Line]:
    goal, words = told.goal, told.words
    named = [
        _Line(lead=t(language, f"plan.lead.{name}"), text=getattr(words, name))
        for name in WORDS
        if name not in ("when", "then") and getattr(words, name)
    ]
    halves = [(t(language, f"plan.{half}_lead").strip(" ,"), getattr(words, half)) for half in ("when", "then")]
    facts = [
        (t(language, "plan_file.state"), t(language, f"plan.state.{goal.state}")),
        (t(language, "plan_file.measure"), t(language, f"plan.measure.{goal.measure}")),
        (t(language, "plan_file.rhythm"), t(language, f"plan.weeks.{goal.weeks}")),
        *([(t(language, "plan_file.ends"), date_in_words(language, goal.ends))] if goal.ends else []),
        *([(t(language, "plan_file.moment"), _moment(goal.moment, language, zone))] if goal.moment else []),
    ]
    return [
        *named,
        *(_Line(lead=f"{lead} …", text=text) for lead, text in halves if text),
        *(_Line(lead=_promised_on(each, language, zone), text=each.words) for each in told.promised),
        *(_Line(lead=f"{lead}:", text=text, own=False) for lead, text in facts),
    ]


def _promised_on(promise: Promise, language: Language, zone: ZoneInfo) -> str:
    return t(language, "plan.promised", when=date_in_words(language, promise.at.astimezone(zone).date()))


def _said_lines(told: _Told, language: Language, zone: ZoneInfo) -> list[str]:
    return [_said_line(each, language, zone) for each in told.said]


def _said_line(said: SaidOfGoal, language: Language, zone: ZoneInfo) -> str:
    day = date_in_words(language, said.at.astimezone(zone).date())
    numbers = [number_in_words(language, said.progress)] if said.progress is not None else []
    decisions = [t(language, f"check_in.decision.{said.decision}")] if said.decision in set(Decision) else []
    return f"{day}: {'; '.join([*numbers, *filter(None, [said.helped, said.next]), *decisions])}"


def _beside_lines(told: _Whole, language: Language, zone: ZoneInfo) -> list[str]:
    """What was answered to what the programme asked beside the goals, check-in by check-in."""
    return [
        f"{date_in_words(language, each.at.astimezone(zone).date())}: {asked} {answer}"
        for each in told.answered
        for asked, answer in check_in.own_answers(each.facts, language, each.values)
    ]


def _beside_as_data(answered: AnsweredCheckIn, language: Language) -> list[Mapping[str, Any]]:
    return [
        {"at": answered.at.isoformat(), "asked": field.label, "answer": answered.values[field.name]}
        for field in check_in.own_fields(answered.facts, language)
        if field.name in answered.values
    ]


def _moment(moment: datetime, language: Language, zone: ZoneInfo) -> str:
    return moment_in_words(language, moment.astimezone(zone))


def _in_markdown(line: _Line) -> str:
    return _escaped(line.text) if line.own else line.text


def _escaped(text: str) -> str:
    """Somebody's words as Markdown shows them: nothing in them is read as Markdown, and a new line stays one."""
    return _READ_IN_MARKDOWN.sub(r"\\\1", text.strip()).replace("\n", "  \n")


def _as_data(told: _Told) -> Mapping[str, Any]:
    goal = told.goal
    return {
        **{name: getattr(told.words, name) for name in WORDS},
        "state": goal.state.value,
        "measure": goal.measure.value,
        "weeks": goal.weeks,
        "ends": goal.ends.isoformat() if goal.ends else None,
        "moment": goal.moment.isoformat() if goal.moment else None,
        "again": goal.again.value,
        "begun_at": goal.created_at.isoformat(),
        "promised_by_team": [{"at": each.at.isoformat(), "words": each.words} for each in told.promised],
        "check_ins": [
            {
                "at": each.at.isoformat(),
                "progress": each.progress,
                "helped": each.helped,
                "next": each.next,
                "decision": each.decision,
            }
            for each in told.said
        ],
    }
