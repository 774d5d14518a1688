"""Captcha pictures and how they travel."""

import hashlib
import io
import re
from urllib.parse import unquote_to_bytes

from PIL import Image

from provisioning.sandbox import pictures

from .customer import recorded


def test_it_draws_a_picture_of_the_documented_size():
    picture = Image.open(io.BytesIO(pictures.captcha_png("HK37")))
    assert (picture.format, picture.size, picture.mode) == ("PNG", (175, 45), "RGB")


def test_it_encodes_the_recorded_picture_as_recorded():
    found = re.search("<captcha_image>(.*)<", recorded("connect/get_captcha.xml"))
    assert found
    text = found[1].partition("<")[0]
    picture = unquote_to_bytes(text.replace("+", " "))
    assert hashlib.sha256(picture).hexdigest().startswith("247c0b475edf7cf3")
    assert pictures.form_encoded(picture) == text
