"""Families of commands, each imported when one of its commands is run: to check a file, no server has to be loaded."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup


def families(places: Mapping[str, str]) -> type[TyperGroup]:
    """A group of commands for `typer.Typer(cls=…)`, in the order of *places*.

    places: the name of a command or a group of commands, and where its Typer is: `module.name` in `bot.cli`.
    """

    class Families(TyperGroup):
        def list_commands(self, ctx: Any) -> list[str]:
            return [*places, *super().list_commands(ctx)]

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            place = places.get(cmd_name)
            return _found(place, cmd_name) if place else super().get_command(ctx, cmd_name)

    return Families


def _found(place: str, name: str) -> Any:
    """A command of a Typer that has it, or else the Typer itself as a group of that name."""
    module, _, attribute = place.rpartition(".")
    found: Any = typer.main.get_group(getattr(import_module(f"bot.cli.{module}"), attribute))
    found = found.commands.get(name, found)
    found.name = name
    return found
