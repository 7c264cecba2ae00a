"""Folding: what somebody typed, without case, diacritics and punctuation, so that it can be compared."""

import unicodedata


def fold(text: str) -> str:
    """*text* for comparing only: "Päästä  sisään!" and "paasta sisaan" are the same.

    Letters lose their marks (ä and å become a, ö becomes o), punctuation and symbols become spaces, spaces are single.
    A hyphen or an apostrophe inside a word goes without a space: "e-mail" is "email".
    """
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(_folded(letter) for letter in letters)
    return " ".join(kept.split())


def bare(text: str) -> str:
    """*text* in lower case without diacritics, with "-" for every dash; other punctuation stays."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join("-" if unicodedata.category(c) == "Pd" else c for c in letters if not unicodedata.combining(c))


def _folded(letter: str) -> str:
    category = unicodedata.category(letter)
    if category == "Mn" or letter in _INSIDE_WORDS or category == "Cf":
        return ""
    return letter if category[0] in "LN" else " "


_INSIDE_WORDS = frozenset("-‐‑'’")
