"""Pictures of the demonstration: drawn, so that nobody is on them and nobody takes them for real ones."""

import io

from PIL import Image, ImageDraw

from sanhu.domains.evidence.attachments import Photo, take_photo


def scan() -> Photo:
    """Draw a sheet of paper with lines and a seal."""
    sheet = Image.new("RGB", (420, 594), "white")
    pen = ImageDraw.Draw(sheet)
    pen.line((60, 90, 360, 90), fill=(170, 30, 30), width=3)
    for line in range(14):
        pen.line((60, 140 + 24 * line, 360 if line % 4 != 3 else 220, 140 + 24 * line), fill=(90, 90, 90), width=2)
    pen.ellipse((260, 440, 350, 530), outline=(190, 30, 30), width=4)
    return _taken(sheet, "scan.png")


def corridor() -> Photo:
    """Draw a corridor with things standing in it, and an electric bicycle's plate below them."""
    picture = Image.new("RGB", (480, 360), (226, 224, 218))
    pen = ImageDraw.Draw(picture)
    pen.polygon(((0, 0), (150, 90), (150, 230), (0, 360)), fill=(198, 196, 188))
    pen.polygon(((480, 0), (330, 90), (330, 230), (480, 360)), fill=(206, 204, 197))
    pen.rectangle((150, 90, 330, 230), fill=(160, 168, 172))
    for left, top in ((70, 190), (110, 150), (350, 170)):
        pen.rectangle((left, top, left + 70, top + 90), fill=(150, 120, 84), outline=(96, 76, 52), width=3)
    pen.rectangle((160, 262, 270, 296), fill=(32, 96, 168), outline="white", width=3)
    return _taken(picture, "corridor.png")


def _taken(picture: Image.Image, name: str) -> Photo:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return take_photo(data=file.getvalue(), claimed_type="image/png", name=name)
