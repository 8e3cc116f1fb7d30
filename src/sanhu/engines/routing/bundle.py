"""The file a model is kept in: a line that names it, a header in JSON, and plain arrays. Nothing in it is ever run.

    SANHU-ROUTE 1 LF · length of the header (8 bytes, little-endian) · header · arrays, one after the other

The header tells type and shape of each array and the SHA-256 of all of them together. Everything is held against it
before it is used, so a file that was cut off, grew, was changed or is something else is refused in words.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"SANHU-ROUTE 1\n"
MOST_BYTES = 60_000_000
_MOST_HEADER_BYTES = 4_000_000
_LENGTH_BYTES = 8
_KINDS = ("<u8", "<f4", "<f2")

FOREIGN = "这不是分派模型文件，或者是别的版本写的"
TOO_LARGE = "分派模型文件超过了 60 MB 的上限"
CUT_OFF = "分派模型文件不完整：长度与文件头所写的不符"
BAD_HEADER = "分派模型文件的文件头无法读取"
ALTERED = "分派模型文件的内容与文件头中的摘要不符"

Arrays = Mapping[str, NDArray[Any]]


class BadModelError(Exception):
    """The bytes are no model that can be used: why, as a message id."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def pack(said: Mapping[str, Any], arrays: Arrays) -> bytes:
    """Write a model: what is said of it, and its arrays. The same model gives the same bytes."""
    parts = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    body = b"".join(part.tobytes() for part in parts.values())
    header = {
        **said,
        "arrays": [[name, part.dtype.str, list(part.shape)] for name, part in parts.items()],
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    written = json.dumps(header, ensure_ascii=False, sort_keys=True, allow_nan=False).encode("utf-8", "surrogatepass")
    data = b"".join((MAGIC, len(written).to_bytes(_LENGTH_BYTES, "little"), written, body))
    if len(data) > MOST_BYTES or len(written) > _MOST_HEADER_BYTES:
        raise BadModelError(TOO_LARGE)
    return data


def unpack(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Read what is said of a model, and its arrays. Raises BadModelError."""
    if len(data) > MOST_BYTES:
        raise BadModelError(TOO_LARGE)
    if not data.startswith(MAGIC):
        raise BadModelError(FOREIGN)
    begin = len(MAGIC) + _LENGTH_BYTES
    length = int.from_bytes(data[len(MAGIC) : begin], "little")
    if len(data) < begin or length > min(len(data) - begin, _MOST_HEADER_BYTES):
        raise BadModelError(CUT_OFF)
    header = _header(data[begin : begin + length])
    body = memoryview(data)[begin + length :]
    arrays = _arrays(header, body)
    if hashlib.sha256(body).hexdigest() != header.get("sha256"):
        raise BadModelError(ALTERED)
    return header, arrays


def _header(written: bytes) -> dict[str, Any]:
    try:
        header = json.loads(written.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as fault:
        raise BadModelError(BAD_HEADER) from fault
    if not isinstance(header, dict):
        raise BadModelError(BAD_HEADER)
    return header


def _arrays(header: Mapping[str, Any], body: memoryview) -> dict[str, NDArray[Any]]:
    """Cut the arrays out of the body, which holds exactly them."""
    described = header.get("arrays")
    if not isinstance(described, list) or not all(map(_is_described, described)):
        raise BadModelError(BAD_HEADER)
    arrays: dict[str, NDArray[Any]] = {}
    at = 0
    for name, kind, shape in described:
        size = np.dtype(kind).itemsize * math.prod(shape)
        if size > len(body) - at:
            raise BadModelError(CUT_OFF)
        arrays[name] = np.frombuffer(body[at : at + size], dtype=kind).reshape(shape)
        at += size
    if at != len(body):
        raise BadModelError(CUT_OFF)
    return arrays


def _is_described(described: object) -> bool:
    return (
        isinstance(described, list)
        and len(described) == 3
        and isinstance(described[0], str)
        and described[1] in _KINDS
        and isinstance(described[2], list)
        and 1 <= len(described[2]) <= 2
        and all(type(length) is int and 0 <= length <= MOST_BYTES for length in described[2])
    )
