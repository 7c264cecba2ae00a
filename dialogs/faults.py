"""Faults: why an answer does not fit, in a sentence that says what would."""

from coaching.forms import Fault, FaultKind
from coaching.people import Language
from dialogs.wording import number_in_words, t


def fault_in_words(language: Language, fault: Fault) -> str:
    """The sentence for a fault, with the bounds where it has any."""
    bounds = {
        name: number_in_words(language, bound)
        for name, bound in (("low", fault.low), ("high", fault.high))
        if bound is not None
    }
    return t(language, f"fault.{_key(fault)}", **bounds)


def _key(fault: Fault) -> str:
    bounded = (fault.low is not None, fault.high is not None)
    if fault.kind is FaultKind.NOT_A_NUMBER and all(bounded):
        return "not_a_number_between"
    if fault.kind is FaultKind.OUT_OF_RANGE:
        return {(True, False): "out_of_range_from", (False, True): "out_of_range_up_to"}.get(bounded, "out_of_range")
    return fault.kind
