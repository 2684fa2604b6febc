"""`python -m installer.texts`: collects the texts of the program into resources/i18n and compiles the English ones.

The source is Russian; `resources/i18n/en/LC_MESSAGES/vizir.po` holds the English beside it. A text is what stands in
``_("…")``, in a form of ``ngettext``, and in the label, hint and unit of a setting. New texts come in without English,
those that are gone are dropped.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PO = ROOT / "resources" / "i18n" / "en" / "LC_MESSAGES" / "vizir.po"
MO = PO.with_suffix(".mo")
_NO_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_SETTING_WORDS = ("hint", "unit")


def texts() -> dict[str, list[str]]:
    """Every text of the program with the files it stands in, in the order of the source."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "app").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                for text in _texts_of(node, node.func.id):
                    places = found.setdefault(text, [])
                    if name not in places:
                        places.append(name)
    return found


def read_catalogue() -> Catalog:
    """The catalogue as it is stored."""
    with PO.open("rb") as stream:
        catalogue = read_po(stream, locale="en", domain="vizir")
    # The moment of reading would else go into the compiled file, which must depend on the texts alone.
    catalogue.creation_date = catalogue.revision_date = _NO_MOMENT
    return catalogue


def compiled(catalogue: Catalog) -> bytes:
    """What belongs into the .mo file."""
    stream = io.BytesIO()
    write_mo(stream, catalogue)
    return stream.getvalue()


def update() -> list[str]:
    """Bring catalogue and compiled file up to date with the source; returns the texts that have no English yet."""
    old = read_catalogue() if PO.exists() else Catalog(locale="en", domain="vizir")
    new = Catalog(locale="en", domain="vizir", project="Vizir", version="1", charset="utf-8")
    for text, places in texts().items():
        known = old.get(text)
        english = known.string if known is not None and isinstance(known.string, str) else ""
        new.add(text, english, locations=[(place, 0) for place in places])
    PO.parent.mkdir(parents=True, exist_ok=True)
    stream = io.BytesIO()
    write_po(stream, new, width=120, omit_header=True, include_lineno=False)
    # The header without the moment of writing, which would change the file every time.
    lines = ("Language: en", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit")
    header = 'msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in lines) + "\n"
    PO.write_bytes(header.encode() + stream.getvalue())
    MO.write_bytes(compiled(read_catalogue()))
    return [str(message.id) for message in read_catalogue() if message.id and not message.string]


def _texts_of(call: ast.Call, function: str) -> Iterator[str]:
    if function == "_":
        yield from _literals(call.args[:1])
    elif function == "ngettext":
        # The English for one stands under the first form, for all other counts under the third.
        yield from _literals([*call.args[:1], *call.args[2:3]])
    elif function == "_setting":
        yield from _literals([*call.args[1:2], *(word.value for word in call.keywords if word.arg in _SETTING_WORDS)])


def _literals(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        for part in [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]:
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value:
                yield part.value


if __name__ == "__main__":
    missing = update()
    for line in missing:
        print(line)
    print(f"{len(texts())} texts, {len(missing)} without English", file=sys.stderr)
