"""Identities: random for things a person makes, content hashes for things that are what they contain."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

_CHUNK_BYTES = 1 << 20


def new_id() -> str:
    """A random identity, 32 hexadecimal digits."""
    return uuid.uuid4().hex


def file_sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's bytes, read in pieces. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def text_sha256(text: str) -> str:
    """Hexadecimal SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def canonical_json(value: Mapping[str, object] | Sequence[object]) -> str:
    """The one spelling of a JSON value: sorted keys, no spaces, UTF-8; what hashes are taken over."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
