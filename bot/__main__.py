"""The command line: `python -m bot`."""

import typer

from bot.cli.families import families

#: Each command or group of commands, and where it is in `bot.cli`.
FAMILIES = {
    "serve": "serve.commands",
    "db": "databases.database",
    "keys": "databases.keys",
    "people": "people.people",
    "person": "members.person",
    "programme": "programmes.programmes",
    "days": "days.days",
    "reflections": "reflections.reflections",
    "simulate": "simulate.commands",
    "deliveries": "visits.commands",
    "export": "my_data.commands",
    "erase": "my_data.commands",
    "explain": "explain.commands",
    "manifest": "teams_app.commands",
    "doctor": "doctor.commands",
    "follow-up": "follow_up.commands",
    "replan": "visits.commands",
    "pause-all": "visits.commands",
    "resume-all": "visits.commands",
}

app = typer.Typer(
    cls=families(FAMILIES),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # it would print the values of variables, secrets too
)


@app.callback()
def sparri() -> None:
    """Sparri, a coach's companion in Microsoft Teams."""


if __name__ == "__main__":
    app()
