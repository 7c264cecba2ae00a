"""The icons: as their script draws them, and as Teams wants them, point by point."""

from importlib.resources import files
from io import BytesIO

import pytest
from PIL import Image, ImageColor

from manifest.app import ACCENT, COLOUR_ICON, OUTLINE_ICON
from manifest.icons import COLOUR_PADDING, COLOUR_SIZE, OUTLINE_SIZE, colour, outline


def kept(name: str) -> Image.Image:
    return Image.open(BytesIO(files("manifest").joinpath(name).read_bytes()))


def points(picture: Image.Image) -> list[tuple[int, ...]]:
    raw, size = picture.tobytes(), len(picture.getbands())
    return [tuple(raw[at : at + size]) for at in range(0, len(raw), size)]


@pytest.mark.parametrize(("name", "drawn"), [(COLOUR_ICON, colour), (OUTLINE_ICON, outline)])
def test_what_is_packed_is_what_the_script_draws(name: str, drawn: object) -> None:
    picture = kept(name)

    assert picture.format == "PNG"
    assert callable(drawn)
    expected = drawn()
    assert (picture.mode, picture.size) == (expected.mode, expected.size)
    assert max(abs(a - b) for a, b in zip(picture.tobytes(), expected.tobytes(), strict=True)) <= 2


def test_the_colour_icon_keeps_its_symbol_to_the_middle() -> None:
    picture, accent = kept(COLOUR_ICON), ImageColor.getrgb(ACCENT)
    assert picture.size == (COLOUR_SIZE, COLOUR_SIZE) == (192, 192)

    for at, point in enumerate(points(picture)):
        row, column = divmod(at, COLOUR_SIZE)
        inside = all(COLOUR_PADDING - 1 <= each <= COLOUR_SIZE - COLOUR_PADDING for each in (row, column))
        assert inside or point == accent, (row, column)


def test_the_outline_icon_is_pure_white_on_nothing() -> None:
    picture = kept(OUTLINE_ICON)
    assert picture.size == (OUTLINE_SIZE, OUTLINE_SIZE) == (32, 32)

    assert {point[:3] for point in points(picture)} == {(255, 255, 255)}
    opacities = {point[3] for point in points(picture)}
    assert {0, 255} <= opacities
