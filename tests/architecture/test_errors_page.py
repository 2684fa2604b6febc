"""docs/errors.md lists exactly the error codes that the program raises."""

from __future__ import annotations

import re

from tests.architecture.error_codes import CLASSES, ROOT, codes, raised

_ROW = re.compile(r"^\| `(?P<code>[a-z0-9_.]+)` \| (?P<kinds>[^|]+) \| (?P<meaning>[^|]+) \| (?P<cure>[^|]+) \|$")


def _page() -> dict[str, re.Match[str]]:
    rows = (_ROW.match(line) for line in (ROOT / "docs" / "errors.md").read_text("utf-8").splitlines())
    return {row["code"]: row for row in rows if row}


def test_every_code_is_a_literal() -> None:
    assert [item.place for item in raised() if item.code is None] == []


def test_every_raised_code_is_listed_with_its_class() -> None:
    listed = {code: {kind.strip(" `") for kind in row["kinds"].split(",")} for code, row in _page().items()}
    assert listed == codes(), "run `make texts`"


def test_every_row_has_meaning_and_cure() -> None:
    for code, row in _page().items():
        assert row["meaning"].strip(), code
        assert row["cure"].strip(), code


def test_the_classes_are_those_of_the_taxonomy() -> None:
    text = (ROOT / "app" / "core" / "errors.py").read_text("utf-8")
    assert set(re.findall(r"^class (\w+)\(VizirError\)", text, re.MULTILINE)) == set(CLASSES)
