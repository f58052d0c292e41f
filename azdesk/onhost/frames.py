"""Messages as bytes: four bytes of length (big-endian), then one JSON object; see docs/link.md."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

LIMIT = 64 << 20
"""Bytes of JSON in one frame, at most."""


class Rubbish(Exception):
    """What came is no frame at all; where the next one starts is unknown."""


class _Strict:
    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float


def _codecs() -> tuple[Callable[[str, int], tuple[Any, int]], Callable[[Any, int], tuple[str, ...]]]:
    # Importing json takes as long as starting Python (it pulls in re); its C half alone takes nothing.
    import _json

    settings: Any = _Strict()
    scan = _json.make_scanner(settings)
    encode = _json.make_encoder(
        None, _refuse, _json.encode_basestring_ascii, None, ":", ",", False, False, False
    )
    if scan('{"a":[1.5,"b"]}', 0)[0] != {"a": [1.5, "b"]} or "".join(encode({"a": [1, "é"]}, 0)) != (
        '{"a":[1,"\\u00e9"]}'
    ):
        raise ImportError("another _json than known")
    return scan, encode


def _refuse(value: object) -> Any:
    raise TypeError("no JSON for " + type(value).__name__)


try:
    _scan, _encode = _codecs()

    def loads(text: str) -> Any:
        """The value of a JSON text.

        Raises:
            ValueError: it is none.
        """
        text = text.strip(" \t\r\n")
        try:
            value, end = _scan(text, 0)
        except (StopIteration, RecursionError):
            raise ValueError("no JSON") from None
        if end != len(text):
            raise ValueError("more than one JSON value")
        return value

    def dumps(value: object) -> str:
        """JSON in ASCII, so that surrogates standing for undecodable bytes survive."""
        return "".join(_encode(value, 0))

except (ImportError, AttributeError, TypeError, ValueError):
    import json

    def loads(text: str) -> Any:
        """The value of a JSON text.

        Raises:
            ValueError: it is none.
        """
        try:
            return json.loads(text)
        except RecursionError:
            raise ValueError("no JSON") from None

    def dumps(value: object) -> str:
        """JSON in ASCII, so that surrogates standing for undecodable bytes survive."""
        return json.dumps(value, separators=(",", ":"), allow_nan=False)


def pack(message: dict[str, Any]) -> bytes:
    """One frame."""
    body = dumps(message).encode("ascii")
    return len(body).to_bytes(4, "big") + body


def read(read_some: Callable[[int], bytes]) -> bytes | None:
    """The body of the next frame; None at the end of the stream.

    Args:
        read_some: returns up to so many bytes, none at the end.

    Raises:
        Rubbish: the length makes no sense, or the stream ended inside a frame.
    """
    head = _exactly(read_some, 4)
    if not head:
        return None
    size = int.from_bytes(head, "big")
    if len(head) < 4 or size > LIMIT:
        raise Rubbish("a frame announces %d bytes" % size)
    body = _exactly(read_some, size)
    if len(body) < size:
        raise Rubbish("the stream ended inside a frame")
    return body


def decode(body: bytes) -> dict[str, Any]:
    """The object in a frame.

    Raises:
        ValueError: it is no JSON object.
    """
    value = loads(body.decode("utf-8"))
    if not isinstance(value, dict):
        raise ValueError("no object")  # noqa: TRY004
    return value


def reader(stream: Any) -> Callable[[int], bytes]:
    """What reads up to so many bytes from a descriptor, socket or binary file."""
    if isinstance(stream, int):
        from os import read as read_fd

        return lambda size: read_fd(stream, size)
    for name in ("read1", "recv", "read"):
        if hasattr(stream, name):
            read: Callable[[int], bytes] = getattr(stream, name)
            return read
    raise TypeError("nothing to read from")


def writer(stream: Any) -> Callable[[bytes], None]:
    """What writes all bytes to a descriptor, socket or binary file."""
    if isinstance(stream, int):
        from os import write as write_fd

        def write_all(data: bytes) -> None:
            view = memoryview(data)
            while view:
                view = view[write_fd(stream, view) :]

        return write_all
    if hasattr(stream, "sendall"):
        send: Callable[[bytes], None] = stream.sendall
        return send

    def write(data: bytes) -> None:
        stream.write(data)
        stream.flush()

    return write


def _exactly(read_some: Callable[[int], bytes], size: int) -> bytes:
    data = read_some(min(size, 1 << 20)) if size else b""
    if len(data) == size or not data:
        return data
    parts = [data]
    missing = size - len(data)
    while missing:
        data = read_some(min(missing, 1 << 20))
        if not data:
            break
        parts.append(data)
        missing -= len(data)
    return b"".join(parts)
