"""`python -m tests.architecture.error_codes`: every error code that app/ raises, with its class and where."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
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
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in CLASSES:
                place = f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"
                message = _text(node.args[1]) if len(node.args) > 1 else ""
                hint = next((_text(word.value) for word in node.keywords if word.arg == "hint"), "")
                for code in _codes(node):
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


def _codes(call: ast.Call) -> list[str | None]:
    if not call.args:
        return [None]
    first = call.args[0]
    if isinstance(first, ast.Attribute) and first.attr == "code":
        return []  # An error passed on with another sentence keeps its code.
    parts = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
    return [p.value if isinstance(p, ast.Constant) and isinstance(p.value, str) else None for p in parts]


def _text(node: ast.expr) -> str:
    """The first text literal inside an expression such as ``_("…").format(…)``."""
    literals = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return literals[0] if literals else ""


if __name__ == "__main__":
    for entry in sorted(raised(), key=lambda entry: (entry.code or "", entry.place)):
        print(f"{entry.code or '(no literal)'}\t{entry.kind}\t{entry.place}\t{entry.message}\t{entry.hint}")
