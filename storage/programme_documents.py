"""Programme documents: a programme as the JSON that a revision keeps of it."""

import json
from typing import Any

from pydantic import TypeAdapter

from coaching.programmes import Programme

_PROGRAMME = TypeAdapter(Programme)


def document_of(programme: Programme) -> dict[str, Any]:
    """The whole programme as JSON; sets are in no order."""
    document: dict[str, Any] = json.loads(_PROGRAMME.dump_json(programme, warnings=False))
    return document


def programme_of(document: dict[str, Any]) -> Programme:
    """The programme of a document. Raises ValueError for what no version of Sparri has written."""
    return _PROGRAMME.validate_python(document)
