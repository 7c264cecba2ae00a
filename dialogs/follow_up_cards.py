"""The cards of the follow-up, for a coach."""

from enum import StrEnum


class FollowUpVerb(StrEnum):
    """What a button of the follow-up asks for."""

    #: Carries the programme's number.
    FILE = "follow_up_file"
