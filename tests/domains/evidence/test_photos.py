"""Taking photos in: what is none is refused by rule, and nothing but pixels gets through."""

import io
import struct
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from sanhu.domains.evidence import attachments
from sanhu.domains.evidence.attachments import LONGEST_SIDE, Photo, take_photo
from sanhu.engines.decisions import Refused

from .conftest import picture

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
PDF = b"%PDF-1.7\n1 0 obj\n"
GIF = b"GIF89a" + bytes(50)
ARCHIVE = b"PK\x03\x04" + bytes(50)
SECRET = "京A12345 林 13800001234"


def taken(data: bytes, claimed_type: str = "", name: str = "") -> Photo:
    return take_photo(data=data, claimed_type=claimed_type, name=name)


def reason_of(data: bytes, claimed_type: str = "", name: str = "") -> str:
    with pytest.raises(Refused) as refused:
        taken(data, claimed_type, name)
    (reason,) = refused.value.decision.reasons
    assert reason.startswith("照片：")
    return reason


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_announcing(width: int, height: int) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(5000))) + chunk(b"IEND", b"")


def jpeg_announcing(width: int, height: int) -> bytes:
    data = picture()
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def webp_announcing(width: int, height: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    canvas = b"VP8X" + struct.pack("<I", 10) + bytes(4) + size
    frame = picture(kind="WEBP")[12:]
    return b"RIFF" + struct.pack("<I", 4 + len(canvas) + len(frame)) + b"WEBP" + canvas + frame


def lossless_webp_announcing(width: int, height: int) -> bytes:
    data = picture(kind="WEBP", lossless=True)
    bits = (width - 1) | (height - 1) << 14
    return data[:21] + bits.to_bytes(4, "little") + data[25:]


def animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    file = io.BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:])
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_taken_in_as_what_it_is(kind: str):
    content_type = f"image/{kind.lower()}"
    photo = taken(picture(kind=kind), content_type, f"路灯 𠮷.{kind.lower()}")
    assert (photo.content_type, photo.width, photo.height) == (content_type, 64, 48)
    with Image.open(io.BytesIO(photo.data)) as image:
        assert (image.format, image.size) == (kind, (64, 48))


@pytest.mark.parametrize("data", [SVG, HTML, PDF, GIF, ARCHIVE, b"\x00", b"\xff\xd8"], ids=range(7))
@pytest.mark.parametrize("claimed", ["", "image/png", "image/svg+xml", "text/html"])
def test_what_is_no_photo_is_refused_whatever_it_claims(data: bytes, claimed: str):
    assert reason_of(data, claimed, "a.png") == attachments.WRONG_TYPE


@pytest.mark.parametrize(
    ("claimed", "name"),
    [
        ("image/png", "a.jpg"),
        ("image/jpeg", "a.png"),
        ("image/jpeg", "a.svg"),
        ("image/jpeg", "a.html"),
        ("image/jpeg", "a.jpg.exe"),
        ("image/svg+xml", "a.jpg"),
        ("text/html; charset=utf-8", "a.jpg"),
        ("application/pdf", ""),
    ],
)
def test_a_photo_that_claims_to_be_something_else_is_refused(claimed: str, name: str):
    assert reason_of(picture(), claimed, name) == attachments.NOT_AS_CLAIMED


@pytest.mark.parametrize(
    ("claimed", "name"),
    [
        ("image/jpeg", "a.JPG"),
        ("IMAGE/JPEG; q=1", "a.jpeg"),
        ("image/pjpeg", "a.jfif"),
        ("", ""),
        ("application/octet-stream", "照片2026.11.09"),
        ("image/jpeg", "../../etc/passwd"),
    ],
)
def test_a_claim_that_says_the_same_or_nothing_is_no_lie(claimed: str, name: str):
    assert taken(picture(), claimed, name).content_type == "image/jpeg"


def test_an_empty_file_is_refused():
    assert reason_of(b"") == attachments.EMPTY


def test_the_bytes_end_at_ten_megabytes(monkeypatch: pytest.MonkeyPatch):
    assert attachments.MOST_BYTES == 10 * 1024 * 1024
    data = picture()
    monkeypatch.setattr(attachments, "MOST_BYTES", len(data))
    assert taken(data).width == 64
    monkeypatch.setattr(attachments, "MOST_BYTES", len(data) - 1)
    assert reason_of(data) == attachments.TOO_BIG


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_moving_picture_is_refused(kind: str):
    assert reason_of(animated(kind)) == attachments.ANIMATED


def test_a_phone_s_jpeg_with_a_second_picture_is_one_photo():
    photo = taken(animated("MPO"), "image/jpeg", "a.jpg")
    assert photo.content_type == "image/jpeg"
    with Image.open(io.BytesIO(photo.data)) as image:
        assert (image.format, getattr(image, "n_frames", 1)) == ("JPEG", 1)


@pytest.mark.parametrize(
    "bomb",
    [
        png_announcing(50_000, 50_000),
        png_announcing(10_000, 4_001),
        jpeg_announcing(65_000, 65_000),
        jpeg_announcing(12_000, 8_000),
        jpeg_announcing(10_000, 4_001),
        webp_announcing(16_000, 16_000),
        lossless_webp_announcing(16_000, 16_000),
    ],
    ids=["png", "png-just", "jpeg", "jpeg-warned-of", "jpeg-just", "webp", "webp-lossless"],
)
def test_a_bomb_is_refused_by_its_header(bomb: bytes):
    began = time.perf_counter()
    assert reason_of(bomb) == attachments.TOO_MANY_PIXELS
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_a_truncated_file_is_refused(kind: str, kept: float):
    whole = io.BytesIO()
    Image.effect_noise((300, 200), 80).convert("RGB").save(whole, kind)
    data = whole.getvalue()
    assert reason_of(data[: int(len(data) * kept)]) == attachments.BROKEN


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(["JPEG", "PNG", "WEBP"]), data=st.data())
def test_whatever_bytes_come_the_answer_is_a_photo_or_a_refusal(kind: str, data: st.DataObject):
    whole = bytearray(picture(kind=kind))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        outcome: object = taken(bytes(whole))
    except Refused as refused:
        outcome = refused
    assert isinstance(outcome, Photo | Refused)


def exif(orientation: int) -> Image.Exif:
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x010F] = SECRET  # the camera's maker
    gps = notes.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (39.0, 54.0, 26.4), "E", (116.0, 23.0, 28.5)
    return notes


def holds_metadata(data: bytes) -> bool:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        noted = {"exif", "xmp", "icc_profile", "comment", "Comment", "Author", "photoshop", "XML:com.adobe.xmp"}
        return bool(image.getexif()) or bool(noted & set(image.info))


def png_with_notes() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", SECRET)
    notes.add_itxt("Comment", SECRET, zip=True)
    return picture(kind="PNG", pnginfo=notes, exif=exif(1), icc_profile=SECRET.encode())


@pytest.mark.parametrize(
    "data",
    [
        picture(kind="JPEG", exif=exif(1), comment=SECRET.encode(), icc_profile=SECRET.encode(), xmp=SECRET.encode()),
        picture(kind="WEBP", exif=exif(1), icc_profile=SECRET.encode(), xmp=SECRET.encode()),
        png_with_notes(),
    ],
    ids=["jpeg", "webp", "png"],
)
def test_nothing_but_pixels_gets_through(data: bytes):
    assert holds_metadata(data)
    kept = taken(data).data
    assert not holds_metadata(kept)
    assert SECRET.encode() not in kept
    assert b"GPS" not in kept
    assert b"Exif" not in kept


def test_what_follows_the_picture_is_cut_off():
    assert HTML not in taken(picture() + HTML).data


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [(1, (0, 0)), (2, (1, 0)), (3, (1, 1)), (4, (0, 1)), (5, (0, 0)), (6, (1, 0)), (7, (1, 1)), (8, (0, 1))],
)
def test_a_photo_stands_as_it_was_taken(orientation: int, corner: tuple[int, int]):
    """The one red corner, stored at the top left, appears where the camera said it was."""
    image = Image.new("RGB", (80, 40), "white")
    image.paste("red", (0, 0, 16, 16))
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif(orientation), quality=95)
    photo = taken(file.getvalue())
    turned = orientation >= 5
    assert (photo.width, photo.height) == ((40, 80) if turned else (80, 40))
    with Image.open(io.BytesIO(photo.data)) as kept:
        across, down = corner
        red, green, _ = kept.getpixel((across * (kept.width - 5) + 2, down * (kept.height - 5) + 2))
        assert red > 200
        assert green < 60


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")  # outside tests a warning is a line in the log
def test_a_broken_note_about_the_camera_does_not_spoil_the_photo():
    assert taken(picture(exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff")).width == 64


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_large_photo_is_shrunk_and_keeps_its_shape(kind: str):
    photo = taken(picture(kind=kind, size=(3000, 1500)))
    assert (photo.width, photo.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)


def test_a_see_through_picture_stays_see_through():
    file = io.BytesIO()
    Image.new("LA", (20, 20), (120, 100)).save(file, "PNG")
    with Image.open(io.BytesIO(taken(file.getvalue()).data)) as kept:
        assert kept.getpixel((3, 3)) == (120, 120, 120, 100)


@pytest.mark.parametrize("mode", ["1", "L", "P", "I;16"])
def test_a_drawing_in_few_colours_is_taken_too(mode: str):
    file = io.BytesIO()
    Image.new(mode, (20, 20)).save(file, "PNG")
    assert taken(file.getvalue()).width == 20


def test_a_print_shop_s_jpeg_is_taken_too():
    file = io.BytesIO()
    Image.new("CMYK", (20, 20)).save(file, "JPEG")
    assert taken(file.getvalue()).width == 20
