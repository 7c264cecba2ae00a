"""The icons, drawn: `python -m manifest.icons` writes them again beside this file.

Two speech bubbles that overlap: the one who asks, and the one who answers in their own words. Pillow draws them; it is
needed for this alone, so the pictures rest in the repository and a test holds them to this script.
"""

from pathlib import Path

from PIL import Image, ImageColor, ImageDraw

from manifest.app import ACCENT, COLOUR_ICON, OUTLINE_ICON

COLOUR_SIZE = 192
#: Teams rounds the corners and crops: the symbol keeps to the middle of the picture.
COLOUR_PADDING = 48
OUTLINE_SIZE = 32
#: Drawn so many times larger and then made small, for smooth edges.
_SCALE = 8
#: The symbol in a square of 96: box of a bubble and the corners of its tail.
_SIDE = 96
_BEHIND = ((24, 4, 94, 56), ((74, 50), (86, 50), (88, 70)))
_BEFORE = ((2, 32, 66, 80), ((12, 74), (26, 74), (8, 92)))
_RADIUS = 16
_LINES = ((16, 48, 52), (16, 62, 40))  # left, middle, right
_GAP = 5  # between the bubbles


def colour() -> Image.Image:
    """192 × 192, on the accent colour, the symbol within the middle 96 × 96."""
    size = COLOUR_SIZE * _SCALE
    picture = Image.new("RGB", (size, size), ACCENT)
    mask = _symbol(COLOUR_SIZE - 2 * COLOUR_PADDING)
    at = (COLOUR_PADDING * _SCALE, COLOUR_PADDING * _SCALE)
    picture.paste(ImageColor.getrgb("#FFFFFF"), at, mask)
    return picture.resize((COLOUR_SIZE, COLOUR_SIZE), Image.Resampling.LANCZOS)


def outline() -> Image.Image:
    """32 × 32, pure white on nothing, without padding."""
    alpha = _symbol(OUTLINE_SIZE).resize((OUTLINE_SIZE, OUTLINE_SIZE), Image.Resampling.LANCZOS)
    picture = Image.new("RGBA", (OUTLINE_SIZE, OUTLINE_SIZE), (255, 255, 255, 0))
    picture.putalpha(alpha)
    return picture


def _symbol(side: int) -> Image.Image:
    """How much of the symbol is at each point, `side × _SCALE` points each way."""
    unit = side * _SCALE / _SIDE
    mask = Image.new("L", (side * _SCALE, side * _SCALE), 0)
    pen = ImageDraw.Draw(mask)
    _bubble(pen, *_BEHIND, unit=unit, fill=255)
    _bubble(pen, *_BEFORE, unit=unit, fill=0, wider=_GAP)
    _bubble(pen, *_BEFORE, unit=unit, fill=255)
    for left, middle, right in _LINES:
        pen.rounded_rectangle(
            (left * unit, (middle - 3) * unit, right * unit, (middle + 3) * unit), radius=3 * unit, fill=0
        )
    return mask


def _bubble(
    pen: ImageDraw.ImageDraw,
    box: tuple[int, int, int, int],
    tail: tuple[tuple[int, int], ...],
    *,
    unit: float,
    fill: int,
    wider: int = 0,
) -> None:
    left, top, right, bottom = box
    around = (left - wider, top - wider, right + wider, bottom + wider)
    pen.rounded_rectangle([each * unit for each in around], radius=(_RADIUS + wider) * unit, fill=fill)
    pen.polygon([(x * unit, y * unit) for x, y in tail], fill=fill)
    if wider:
        pen.line([(x * unit, y * unit) for x, y in (*tail, tail[0])], fill=fill, width=round(2 * wider * unit))


def main() -> None:
    """Write both beside this file."""
    folder = Path(__file__).parent
    for name, picture in ((COLOUR_ICON, colour()), (OUTLINE_ICON, outline())):
        picture.save(folder / name, optimize=True)


if __name__ == "__main__":
    main()
