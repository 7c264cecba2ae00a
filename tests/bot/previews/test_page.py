"""The page of a preview: for a keyboard, a reader, a small screen, and nobody's network."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from bot.previews.doses import dose
from bot.previews.page import page
from coaching.people import Language
from coaching.simulation import Answers
from tests.bot.previews.sample import CANARY, SAMPLE, preview

VOID = {"meta", "br", "rect", "line"}
#: Ink on ground, as the page's own colours are named; text needs 4.5 : 1, what only marks or outlines 3 : 1.
TEXT_PAIRS = [
    ("ink", "page"),
    ("ink", "soft"),
    ("quiet", "page"),
    ("quiet", "soft"),
    ("link", "page"),
    ("on-one", "one"),
    ("on-two", "two"),
    ("on-three", "three"),
    ("on-mark", "mark"),
]
MARK_PAIRS = [("line", "page"), ("line", "soft"), ("three", "page")]


class Outline(HTMLParser):
    """What is on a page: tags with their attributes, in order, and the words."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag in VOID or self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each tag of that name."""
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def source() -> str:
    return page(preview(people=4, answers=Answers.ALWAYS))


@pytest.fixture(scope="module")
def outline(source: str) -> Outline:
    return Outline(source)


def test_every_tag_is_closed_and_every_id_is_there_once(outline: Outline) -> None:
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]

    assert outline.open == []
    assert len(ids) == len(set(ids))


def test_nothing_is_loaded_and_nothing_runs(source: str, outline: Outline) -> None:
    targets = [value for _, attributes in outline.tags for name, value in attributes.items() if name in {"href", "src"}]
    policy = next(each for each in outline.all("meta") if each.get("http-equiv"))

    assert all(target is not None and target.startswith("#") for target in targets)
    assert not {"script", "link", "img", "iframe", "object", "embed", "base"} & {tag for tag, _ in outline.tags}
    assert not any(name.startswith("on") for _, attributes in outline.tags for name in attributes)
    assert "url(" not in source
    assert "@import" not in source
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'"


def test_every_link_leads_to_a_place_on_the_page(outline: Outline) -> None:
    ids = {attributes["id"] for _, attributes in outline.tags if "id" in attributes}
    named = {
        id
        for _, attributes in outline.tags
        for name in ("aria-labelledby", "aria-describedby")
        for id in (attributes.get(name) or "").split()
    }

    assert {(each["href"] or "")[1:] for each in outline.all("a")} <= ids
    assert named <= ids


def test_what_stands_in_a_file_is_text_on_the_page(source: str, outline: Outline) -> None:
    assert CANARY not in source
    assert any(CANARY in words for words in outline.words)


def test_a_name_and_a_programme_are_text_too() -> None:
    found = preview(replace(SAMPLE, name=dict.fromkeys(Language, CANARY)))
    named = replace(found, accounts=(replace(found.accounts[0], name=CANARY),))

    assert CANARY not in page(named)


def test_headings_go_down_one_level_at_a_time(outline: Outline) -> None:
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch("h[1-6]", tag)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_every_head_of_a_table_says_what_it_heads(outline: Outline) -> None:
    assert {each.get("scope") for each in outline.all("th")} == {"col", "row", "rowgroup"}


def test_what_scrolls_is_reached_by_the_keyboard_and_has_a_name(outline: Outline) -> None:
    wide = [each for each in outline.all("div") if each.get("class") == "wide"]

    assert wide
    assert all(each.get("tabindex") == "0" and each.get("role") == "region" for each in wide)
    assert all(each.get("aria-labelledby") for each in wide)


@pytest.mark.parametrize("language", Language)
def test_the_page_says_its_language_and_that_of_words_in_another(language: Language) -> None:
    outline = Outline(page(preview(language=language, answers=Answers.ALWAYS)))

    assert outline.all("html") == [{"lang": language.value}]
    foreign = {each["lang"] for each in outline.all("span") if "lang" in each}
    assert foreign == (set() if language is Language.FI else {"fi"})


def test_the_calendar_has_a_number_on_each_day_with_a_message(outline: Outline) -> None:
    found = preview(people=4, answers=Answers.ALWAYS)
    days = {message.at.date() for account in found.accounts for message in account.messages}

    cells = [each for each in outline.all("td") if re.fullmatch("m[123]", each.get("class") or "")]

    assert len(cells) == sum(len({message.at.date() for message in each.messages}) for each in found.accounts)
    assert days


def test_the_drawing_of_the_dose_says_the_same_as_its_table(source: str) -> None:
    counted = dose(preview(people=4, answers=Answers.ALWAYS).accounts)
    drawing, table = re.findall(r"<svg.*?</svg>|<table id=\"dose-numbers\">.*?</table>", source, re.DOTALL)

    numbers = [int(number) for number in re.findall(r"<text[^>]*>(\d+)</text>", drawing)]
    rows = re.findall(r'scope="row" class="number">(\d+)</th><td class="number">(\d+)<', table)

    assert list(zip(numbers[1::2], numbers[::2], strict=True)) == list(counted.weeks.items())
    assert [(int(messages), int(weeks)) for messages, weeks in rows] == list(counted.weeks.items())


def test_each_message_has_its_text(outline: Outline) -> None:
    words = " ".join(outline.words)

    for text in (
        "Hyvä että tulit (fi)",
        "Mitä tapahtui?",
        "Miten meni (fi)",
        "Kysy ensin (fi)",
        "Kuinka pitkällä (fi)",
    ):
        assert text in words
    assert "https://meet.example/kokeilu-1" in words


def test_where_there_are_very_many_people_some_are_in_the_table_alone() -> None:
    found = preview(people=5)

    source = page(found, first=["person-5"], most=2)

    assert "Lisäksi 3 henkilöä on vain taulukossa." in source
    assert re.findall(r"<h3[^>]*>([^<]+)</h3>", source) == ["Henkilö 1", "Henkilö 5"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_are_far_enough_apart(source: str, scheme: str) -> None:
    blocks = re.findall(r":root \{(.*?)\}", source, re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks[0 if scheme == "light" else 1]))

    for pairs, least in ((TEXT_PAIRS, 4.5), (MARK_PAIRS, 3.0)):
        for ink, ground in pairs:
            assert contrast(colours[ink], colours[ground]) >= least, (scheme, ink, ground)


def contrast(one: str, other: str) -> float:
    """As WCAG 2.2 defines it."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
