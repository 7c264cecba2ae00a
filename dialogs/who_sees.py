"""Who sees this: the line under every question, written from the access table and from nothing else."""

from collections.abc import Set as AbstractSet
from functools import cache

from coaching.access import POOLED_READERS, READERS, Audience, Matter, progress_readers
from coaching.people import Language
from dialogs.wording import in_a_row, t


@cache
def who_sees(language: Language, matter: Matter, *, shared_with: frozenset[Audience] = frozenset()) -> str:
    """Who reads *matter*; and, where they are others, who gets it pooled or sees only that it is.

    shared_with: those with whom the person shares it now.
    """
    said = line(language, readers=READERS[matter] | shared_with, progress_readers=progress_readers(matter))
    pooled = POOLED_READERS.get(matter)
    return f"{said} {t(language, 'who_sees.pooled', who=_names(language, pooled))}" if pooled else said


def line(language: Language, *, readers: AbstractSet[Audience], progress_readers: AbstractSet[Audience]) -> str:
    """The line for any two sets of audiences. The first sentence names who reads, the second who sees only progress.

    The person themself reads their own, so SELF belongs to *readers*, unless nobody can tell whose it is; a second
    sentence is left out when nobody is left for it.
    """
    first = (
        t(language, "who_sees.only_you" if readers else "who_sees.nobody")
        if readers <= {Audience.SELF}
        else t(language, "who_sees.readers", who=_names(language, readers))
    )
    others = progress_readers - readers
    if not others:
        return first
    return f"{first} {t(language, 'who_sees.progress', count=len(others), who=_names(language, others))}"


def _names(language: Language, audiences: AbstractSet[Audience]) -> str:
    in_order = [audience for audience in Audience if audience in audiences]
    names = in_a_row(language, [t(language, f"who_sees.audience.{audience}") for audience in in_order])
    return names[:1].upper() + names[1:]
