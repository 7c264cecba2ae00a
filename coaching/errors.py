"""What can go wrong in coaching, as classes: one for each thing that a caller can do something about.

A class's docstring is its message to us; what a person reads is in `dialogs/texts`.
"""


class CoachingError(Exception):
    """Something that the rules of coaching do not allow."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.__doc__)


class Closed(CoachingError):
    """This ask was closed before the answer came."""


class NotYours(CoachingError):
    """This ask belongs to somebody else."""
