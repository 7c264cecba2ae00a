"""The JSON Schema of programme files, by which editors complete and check them."""

import inspect
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from bot.programme_forms import PROGRAMME
from bot.programme_keys import KEYS


class _Untitled(GenerateJsonSchema):
    """Without a title for each key, which would be the key again."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def programme_schema() -> dict[str, Any]:
    """The schema (2020-12) of the form that a programme has in its file: offsets, times and anchors as texts."""
    schema = PROGRAMME.json_schema(schema_generator=_Untitled)
    for definition in (schema, *schema["$defs"].values()):
        if "description" in definition:
            definition["description"] = inspect.cleandoc(definition["description"])
        for key, form in definition.get("properties", {}).items():
            form["description"] = KEYS[key]
    return {"$schema": GenerateJsonSchema.schema_dialect, **schema}
