"""The guide about templates names every value there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from app.proposal.document_values import NAMES, Named

_GUIDE = Path(__file__).resolve().parents[3] / "docs" / "guide" / "template.md"


def _names(names: Sequence[Named], before: str = "") -> Iterator[str]:
    for named in names:
        if named.is_list:
            yield f"`{named.russian}`"
        elif named.parts:
            yield from _names(named.parts, f"{before}{named.russian}.")
        else:
            yield f"`{before}{named.russian}`"


def test_every_value_stands_in_the_guide() -> None:
    guide = _GUIDE.read_text("utf-8")
    rows = next(named for named in NAMES if named.russian == "строки").parts
    assert [name for name in [*_names(NAMES), *_names(rows, "строка.")] if name not in guide] == []
