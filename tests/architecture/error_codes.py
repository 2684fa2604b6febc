"""`python -m tests.architecture.error_codes [--write]`: every error code that app/ raises, with its class and where.

With ``--write`` the table of docs/errors.md is made anew; its sentences are the English ones of the program.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "errors.md"
_TABLE = "| code | class | what it means | what helps |\n|---|---|---|---|"
CLASSES = ("UserFixable", "ExternalFailure", "ModelOutputRejected", "StoredDataError", "Bug")


@dataclass(frozen=True, slots=True)
class Raised:
    """One place where an error is made. `code` is None where it is no literal."""

    code: str | None
    kind: str
    place: str
    message: str = ""
    hint: str = ""


def raised() -> Iterator[Raised]:
    """Every call of an error class in app/, but for the module that defines them."""
    for path in sorted((ROOT / "app").rglob("*.py")):
        if path == ROOT / "app" / "core" / "errors.py":
            continue
        tree = ast.parse(path.read_text("utf-8"))
        constants = _constants(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) in CLASSES:
                place = f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"
                message = _text(node.args[1]) if len(node.args) > 1 else ""
                hint = next((_text(word.value) for word in node.keywords if word.arg == "hint"), "")
                for code in _codes(node, constants):
                    yield Raised(code, _name(node.func), place, message, hint)


def codes() -> dict[str, set[str]]:
    """The classes of each code."""
    found = defaultdict(set)
    for item in raised():
        if item.code is not None:
            found[item.code].add(item.kind)
    return dict(found)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _constants(tree: ast.Module) -> dict[str, str]:
    """Texts that have a name in the module, for a code that is compared with elsewhere."""
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _codes(call: ast.Call, constants: dict[str, str]) -> list[str | None]:
    if not call.args:
        return [None]
    first = call.args[0]
    if isinstance(first, ast.Attribute) and first.attr == "code":
        return []  # An error passed on with another sentence keeps its code.
    parts = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
    return [
        p.value if isinstance(p, ast.Constant) and isinstance(p.value, str) else constants.get(_name(p)) for p in parts
    ]


def _text(node: ast.expr) -> str:
    """The text of an expression such as ``_("…").format(…)``; else its literals, with … for what stands between."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and _name(part.func) == "_" and isinstance(part.args[0], ast.Constant):
            return str(part.args[0].value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def write_page() -> None:
    """Make the table of docs/errors.md anew, below the line that begins it."""
    from installer.texts import read_catalogue

    catalogue = read_catalogue()

    def english(text: str) -> str:
        message = catalogue.get(text) if text else None
        return re.sub(r"\{\w+\}", "…", str(message.string if message is not None and message.string else text)).replace(
            "|", "/"
        )

    rows = []
    everything = list(raised())
    for code in sorted({item.code for item in everything if item.code is not None}):
        made = [item for item in everything if item.code == code]
        kinds = {item.kind for item in made}
        meanings = list(dict.fromkeys(english(item.message).strip() for item in made if item.message.strip(" :…")))
        cures = list(dict.fromkeys(english(item.hint).strip() for item in made if item.hint.strip()))
        if kinds == {"Bug"}:
            meanings = [f"Internal: {meanings[0].strip(' :.')}." if meanings else "Internal: something nobody foresaw."]
            cures = ["Nothing was written. Start the program again; report it with the log if it comes back."]
        classes = ", ".join(f"`{kind}`" for kind in sorted(kinds))
        rows.append(
            f"| `{code}` | {classes} | {' / '.join(meanings)} | {' / '.join(cures) or 'See the sentence itself.'} |"
        )
    head, mark, _old = PAGE.read_text("utf-8").partition(_TABLE)
    PAGE.write_text(head + mark + "\n" + "\n".join(rows) + "\n", "utf-8")


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        write_page()
    else:
        for entry in sorted(raised(), key=lambda entry: (entry.code or "", entry.place)):
            print(f"{entry.code or '(no literal)'}\t{entry.kind}\t{entry.place}\t{entry.message}\t{entry.hint}")
