"""Refusals: what a command of an administrator would not do, and what to mend."""


class Refused(Exception):
    """The command changed nothing; the message, or else the class's own words, say why and what to do."""
