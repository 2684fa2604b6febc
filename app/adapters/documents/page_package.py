"""A .docx made small for the drawing of its pages: what rdocx reads slowly and no page shows is left out."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BODY = "word/document.xml"
_IGNORABLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable"
_MARGINS = re.compile(r"word/(?:header|footer)\d*\.xml")


def slim(content: bytes) -> bytes:
    """The same document without namespaces that its body does not use.

    rdocx 0.16.3 copies all of them for each cell of a table: of 300 rows that is half of its reading.
    """
    return _rewritten(content, {_BODY: lambda _root: None})


def beginning(content: bytes, rows: int) -> bytes | None:
    """A document written in part, up to the last row of its first table of so many; margins say «1 из …».

    Returns:
        None where no table of the body has so many rows.
    """
    is_cut = False

    def cut(root: _Element) -> None:
        nonlocal is_cut
        for table in root.iterfind(f"{W}body/{W}tbl"):
            own = table.findall(f"{W}tr")
            if len(own) < rows:
                continue
            is_cut = True
            # Behind the rows stand the sums, and on the page they would seem to be of these rows alone.
            behind = [*own[rows:], *(one for one in table.itersiblings() if one.tag != f"{W}sectPr")]
            for element in behind:
                element.getparent().remove(element)
            return

    with zipfile.ZipFile(io.BytesIO(content)) as package:
        margins = [
            name for name in package.namelist() if _MARGINS.fullmatch(name) and b"NUMPAGES" in package.read(name)
        ]
    made = _rewritten(content, {_BODY: cut, **dict.fromkeys(margins, _hide_count_of_pages)})
    return made if is_cut else None


def _rewritten(content: bytes, changes: dict[str, Callable[[_Element], None]]) -> bytes:
    """The package with some of its parts changed."""
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(stream, "w") as made:
        for name in dict.fromkeys(package.namelist()):
            part = package.read(name)
            if name in changes:
                root = etree.fromstring(part, parser)
                changes[name](root)
                root.attrib.pop(_IGNORABLE, None)
                etree.cleanup_namespaces(root)
                part = etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
            made.writestr(name, part)
    return stream.getvalue()


def _hide_count_of_pages(root: _Element) -> None:
    field: list[Any] = []
    for run in list(root.iter(f"{W}r")):
        mark = run.find(f"{W}fldChar")
        kind = mark.get(f"{W}fldCharType") if mark is not None else ""
        field = [run] if kind == "begin" else [*field, run] if field else []
        if kind == "end":
            if any("NUMPAGES" in (code.text or "") for each in field for code in each.iter(f"{W}instrText")):
                _say_instead(field)
            field = []


def _say_instead(field: list[Any]) -> None:
    first, *rest = field
    for run in rest:
        run.getparent().remove(run)
    for child in list(first):
        if child.tag != f"{W}rPr":
            first.remove(child)
    shown = first.makeelement(f"{W}t", {})
    shown.text = "…"
    first.append(shown)
