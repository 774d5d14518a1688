"""Captcha pictures, and their way through an XML element."""

import io
import random
from urllib.parse import quote_plus

from PIL import Image, ImageDraw, ImageFont

SIZE = (175, 45)
PAPER = (238, 242, 246)


def captcha_png(code: str) -> bytes:
    """A 175 x 45 pixel 8-bit RGB PNG with the code, tilted and scratched."""
    scatter = random.Random()  # noqa: S311 - decoration, not a secret
    picture = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(picture)
    for _ in range(7):
        ends = [(scatter.randint(0, 174), scatter.randint(0, 44)) for _ in range(2)]
        draw.line(ends, fill=(150, 165, 185), width=1)
    step = SIZE[0] // (len(code) + 1)
    for place, sign in enumerate(code):
        tile = Image.new("L", (40, 40), 0)
        font = ImageFont.load_default(size=30)
        ImageDraw.Draw(tile).text((20, 20), sign, font=font, fill=255, anchor="mm")
        tile = tile.rotate(scatter.uniform(-18, 18), resample=Image.Resampling.BICUBIC)
        corner = (step * (place + 1) - 20, scatter.randint(0, 5))
        ink = tuple(scatter.randint(20, 90) for _ in range(3))
        picture.paste(ink, (*corner, corner[0] + 40, corner[1] + 40), tile)
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def form_encoded(picture: bytes) -> str:
    """The picture as the provider writes it: ``%XX``, and ``+`` for a space."""
    return quote_plus(picture)
