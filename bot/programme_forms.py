"""The form that a programme has in its file: the same keys as its dataclasses, with short texts for the small things.

For each dataclass of a programme there is a pydantic model with its fields, and what stands in them is read by
`bot.programme_values`: by its type, or by PLACES and NAMED, where the type does not tell enough.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    TypeAdapter,
    ValidationInfo,
    create_model,
)
from pydantic import Field as Key

from bot.programme_values import COUNTRY, EMAIL, ID, LENGTH, SIGNED, TEXT, VALUES, WEEKDAY
from coaching.elements import Principles, Question, Words
from coaching.hours import Hours
from coaching.people import Language
from coaching.programmes import Programme, Rules, Session

#: What a file does not say: how often a session has changed, and that it was taken out, is known from loading it again.
NOT_WRITTEN = frozenset({(Session, "sequence"), (Session, "cancelled")})


def _words(value: object, context: ValidationInfo) -> object:
    """A text without languages is of the programme's first one; `context` is that."""
    if isinstance(value, str) and value.strip():
        return {context.context: value}
    if isinstance(value, Mapping) and not value:
        raise ValueError("no text stands here; write one in each language, such as {fi: …, sv: …, en: …}")
    return value


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


class _SomeWords(_Form):
    model_config = ConfigDict(json_schema_extra={"minProperties": 1})


_texts: dict[str, Any] = {language.value: (TEXT, Key(default_factory=str)) for language in Language}
_Texts: Any = create_model("Words", __base__=_SomeWords, __doc__="One text in each language.", **_texts)
_WORDS = Annotated[
    Annotated[_Texts, AfterValidator(lambda texts: {Language(key): getattr(texts, key) for key in written(texts)})],
    BeforeValidator(_words, json_schema_input_type=_Texts | TEXT),
]

#: How a field is read where its type does not tell enough.
PLACES: Mapping[tuple[type, str], Any] = {
    (Programme, "languages"): Annotated[tuple[Language, ...], Key(min_length=1)],
    (Session, "length"): LENGTH,
    (Rules, "holidays"): COUNTRY,
    (Hours, "weekdays"): Annotated[frozenset[WEEKDAY], Key(min_length=1)],
    (Question, "lowest"): SIGNED,
    (Question, "highest"): SIGNED,
    (Principles, "principles"): Annotated[tuple[_WORDS, ...], Key(min_length=1)],
}
#: The same for texts that are called so everywhere.
NAMED: Mapping[str, Any] = {"id": ID, "email": EMAIL, "coach": EMAIL}


def written(form: BaseModel) -> list[str]:
    """The keys that stand in the file, in its dataclass's order."""
    return [name for name in type(form).model_fields if name in form.model_fields_set]


def keys_at(place: tuple[str | int, ...]) -> list[str]:
    """The keys that a mapping in a file may have. place: as in pydantic's errors, with the kind of an element in it."""
    hint: Any = Programme
    for step in place:
        hint = _inside(hint, step)
    if hint == Words:
        return list(Language)
    return [each.name for each in _fields(hint)] if is_dataclass(hint) else []


def _inside(hint: Any, step: str | int) -> Any:
    if is_dataclass(hint):
        return _bare(get_type_hints(hint)[str(step)])
    if get_origin(hint) in (Union, UnionType):
        return next(each for each in get_args(hint) if get_type_hints(each)["kind"] == Literal[step])
    return get_args(hint)[1 if get_origin(hint) not in (tuple, frozenset) else 0]


def _bare(hint: Any) -> Any:
    """A type without None: what a file does not say is not there."""
    if get_origin(hint) not in (Union, UnionType):
        return hint
    return Union[tuple(each for each in get_args(hint) if each is not NoneType)]  # noqa: UP007 - made of a tuple


def _fields(kind: Any) -> list[Field[Any]]:
    return [each for each in fields(kind) if (kind, each.name) not in NOT_WRITTEN]


def _form(hint: Any, owner: Any, name: str) -> Any:
    """The type that a field has in the file."""
    hint = _bare(hint)
    if (owner, name) in PLACES:
        return PLACES[owner, name]
    if hint is str and name in NAMED:
        return NAMED[name]
    if hint == Words:
        return _WORDS
    if hint in VALUES:
        return VALUES[hint]
    if is_dataclass(hint):
        return _mapping(cast("type", hint))
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return Annotated[Union[tuple(_mapping(each) for each in arguments)], Discriminator("kind")]  # noqa: UP007
    if origin is tuple:
        return tuple[_form(arguments[0], owner, name), ...]  # type: ignore[misc]
    if origin is frozenset:
        return frozenset[_form(arguments[0], owner, name)]  # type: ignore[misc]
    if origin is Mapping:
        return Mapping[arguments[0], _form(arguments[1], owner, name)]  # type: ignore[valid-type, misc]
    return hint


@cache
def _mapping(kind: type) -> Any:
    """The form of a dataclass; what is read becomes one."""
    hints = get_type_hints(kind)
    keys: dict[str, Any] = {}
    for each in _fields(kind):
        needed = each.default is MISSING and each.default_factory is MISSING
        is_tag = get_origin(hints[each.name]) is Literal and each.name == "kind"
        key = Key() if needed or is_tag else Key(default_factory=lambda: None)
        keys[each.name] = (_form(hints[each.name], kind, each.name), key)
    model = create_model(kind.__name__, __base__=_Form, __doc__=kind.__doc__, **keys)

    def made(form: BaseModel) -> Any:
        return kind(**{name: getattr(form, name) for name in written(form)})

    return Annotated[model, AfterValidator(made)]


#: Reads the tree of a file; the validation's context is the programme's first language.
PROGRAMME: TypeAdapter[Programme] = TypeAdapter(_mapping(Programme))
