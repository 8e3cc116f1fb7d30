"""What a file says it is in its first bytes, read without decoding a pixel."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ImageType:
    """A kind of image we take: its media type, the decoder's name for it, and the names files of it go by."""

    content_type: str
    decoder: str
    claims: frozenset[str]
    extensions: frozenset[str]


JPEG = ImageType(
    "image/jpeg",
    "JPEG",
    frozenset({"image/jpeg", "image/jpg", "image/pjpeg"}),
    frozenset({"jpg", "jpeg", "jpe", "jfif"}),
)
PNG = ImageType("image/png", "PNG", frozenset({"image/png", "image/x-png"}), frozenset({"png"}))
WEBP = ImageType("image/webp", "WEBP", frozenset({"image/webp"}), frozenset({"webp"}))

_WEBP_HEADER_BYTES = 30


def image_type(data: bytes) -> ImageType | None:
    """Tell an image by its signature; None for whatever else it is: SVG, HTML, PDF, an archive, a programme."""
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    return None


def announced_pixels(data: bytes, kind: ImageType) -> int | None:
    """Give width × height as the header announces them; None where only the decoder can find the header.

    Needed for WebP, whose decoder takes the canvas's memory when it opens a file; for PNG it saves the opening.
    """
    if kind is PNG and data[12:16] == b"IHDR":
        return int.from_bytes(data[16:20], "big") * int.from_bytes(data[20:24], "big")
    if kind is WEBP and len(data) >= _WEBP_HEADER_BYTES:
        width, height = _webp_canvas(data)
        return width * height
    return None


def _webp_canvas(data: bytes) -> tuple[int, int]:
    match data[12:16]:
        case b"VP8X":
            return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case _:
            return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
