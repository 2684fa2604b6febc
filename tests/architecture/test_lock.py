"""The lock pins everything that pyproject.toml asks for, by hash and from nowhere in particular."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
_LOCK = (ROOT / "requirements.lock").read_text("utf-8")
_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
_ASKED = [*_PROJECT["dependencies"], *(text for extra in _PROJECT["optional-dependencies"].values() for text in extra)]


def _pins() -> dict[str, list[tuple[Version, int]]]:
    """Versions of each package (there may be one for each version of Python), with the number of their hashes."""
    pins: dict[str, list[tuple[Version, int]]] = {}
    for block in re.split(r"\n(?=\S)", _LOCK):
        if pin := re.match(r"([A-Za-z0-9._-]+)==(\S+)", block):
            entry = Version(pin[2]), len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", block))
            pins.setdefault(canonicalize_name(pin[1]), []).append(entry)
    return pins


@pytest.mark.parametrize("text", _ASKED)
def test_what_the_project_asks_for_is_pinned(text: str) -> None:
    asked = Requirement(text)
    found = _pins().get(canonicalize_name(asked.name), [])
    assert found, f"{asked.name} is not in requirements.lock: run `make lock`"
    assert all(version in asked.specifier for version, _hashes in found)


def test_every_pin_has_its_hashes() -> None:
    assert [name for name, found in _pins().items() if any(hashes == 0 for _version, hashes in found)] == []


def test_the_lock_names_no_host() -> None:
    assert not re.search(r"://|^\s*-(?!-hash)", _LOCK, re.MULTILINE)


@pytest.mark.parametrize("text", _ASKED)
def test_what_the_project_asks_for_is_explained(text: str) -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    first_cells = " ".join(re.findall(r"^\| ([^|]+) \|", page, re.MULTILINE))
    assert re.search(rf"(?<![\w-]){re.escape(Requirement(text).name)}(?![\w-])", first_cells), (
        "say in docs/dependencies.md what for"
    )
