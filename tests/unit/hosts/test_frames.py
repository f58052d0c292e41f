from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azdesk.core.errors import ProtocolError
from azdesk.hosts.frames import LIMIT, NOISE_LIMIT, FrameReader, encode

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
OBJECT = st.dictionaries(st.text(), JSON, max_size=5)
HELLO = {"hello": {"version": 1, "python": "3.11.2", "uid": 0, "pid": 1, "hostname": "a251", "recovered": []}}


@settings(deadline=None)
@given(st.lists(OBJECT, max_size=5), st.data())
def test_frames_come_out_as_they_went_in_however_they_are_cut(
    messages: list[dict], data: st.DataObject
) -> None:
    stream = b"".join(encode(message) for message in messages)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    reader, out = FrameReader("a251"), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        reader.feed(stream[start:end])
        out += list(reader)
    assert out == messages
    assert reader.pending == b""


@settings(deadline=None)
@given(st.binary(max_size=3000), st.booleans())
def test_garbage_is_an_error_or_patience_and_nothing_else(data: bytes, skip: bool) -> None:
    reader = FrameReader("a251", skip_noise=skip)
    reader.feed(data)
    try:
        for frame in reader:
            assert isinstance(frame, dict)
    except ProtocolError as error:
        assert error.where == "a251"


@settings(deadline=None)
@given(st.binary(max_size=500).filter(lambda noise: b'"hello"' not in noise), st.integers(1, 50))
def test_what_a_login_shell_prints_first_is_passed_over(noise: bytes, step: int) -> None:
    stream = noise + encode(HELLO) + encode({"id": 1, "ok": {}})
    reader, out = FrameReader("a251", skip_noise=True), []
    for at in range(0, len(stream), step):
        reader.feed(stream[at : at + step])
        out += list(reader)
    assert out == [HELLO, {"id": 1, "ok": {}}]
    assert reader.noise == noise


def test_endless_noise_ends_the_link() -> None:
    reader = FrameReader("a251", skip_noise=True)
    with pytest.raises(ProtocolError, match="keeps sending text"):
        for _ in range(3 * NOISE_LIMIT // 1000):
            reader.feed(b"x" * 1000)
            assert reader.next() is None


def test_a_length_beyond_the_limit_is_refused_before_any_of_it_is_kept() -> None:
    reader = FrameReader("a251")
    reader.feed(struct.pack(">I", LIMIT + 1) + b"x" * 10)
    with pytest.raises(ProtocolError, match="bytes"):
        reader.next()
    assert reader.pending == b""


def test_too_large_a_request_is_refused_here() -> None:
    with pytest.raises(ProtocolError, match="at most 64 MiB"):
        encode({"a": "x" * (LIMIT + 1)})


@pytest.mark.parametrize(
    "body", [b"[1]", b"null", b"{", b'{"a":\xff}', b"[" * 100_000, b'{"a":' + b"9" * 5000 + b"}", b""]
)
def test_frames_that_are_no_object(body: bytes) -> None:
    reader = FrameReader("a251")
    reader.feed(struct.pack(">I", len(body)) + body)
    with pytest.raises(ProtocolError):
        reader.next()


def test_undecodable_bytes_of_a_file_survive_as_surrogates() -> None:
    text = b"caf\xe9".decode("utf-8", "surrogateescape")
    reader = FrameReader("a251")
    reader.feed(encode({"text": text}))
    assert reader.next() == {"text": text}
    assert json.loads(encode({"text": text})[4:])["text"] == text
