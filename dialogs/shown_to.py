"""Shown to: a form whose questions know with whom their answers are shared, so that the line under each stays true."""

from dataclasses import replace

from coaching.access import READERS, Audience
from coaching.asks import Ask
from coaching.forms import Field, Form
from coaching.shares import Item, Share, Subject, seen_by
from storage.store import Unit


async def shown_to(unit: Unit, ask: Ask, form: Form) -> Form:
    """The form of an ask, as what is answered to it is shared now."""
    if not ask.version:
        return form
    given = [share for share in await unit.shares.live_of(ask.person_id) if _is_about(share, ask)]
    return form if not given else replace(form, fields=tuple(_shown(unit, ask, field, given) for field in form.fields))


async def shared_with(unit: Unit, person_id: int, ask_id: int) -> frozenset[Audience]:
    """Those with whom a person shares something of what they answered to an ask."""
    given = await unit.shares.live_of(person_id)
    return frozenset(
        share.audience
        for share in given
        if share.audience is not None and any(thing.subject_id == ask_id for thing in share.things)
    )


def _is_about(share: Share, ask: Ask) -> bool:
    return any(thing.subject is Subject.ASK and thing.subject_id == ask.id for thing in share.things)


def _shown(unit: Unit, ask: Ask, field: Field, given: list[Share]) -> Field:
    if field.matter is None:
        return field
    item = Item(owner_id=ask.person_id, matter=field.matter, subject=Subject.ASK, subject_id=ask.id, field=field.name)
    return replace(field, shared_with=seen_by(item, given, unit.now) - READERS[field.matter])
