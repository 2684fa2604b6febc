"""What the program imports, when, and whether it says so."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
_SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
_HEAVY = [
    name
    for contract in _SETTINGS["tool"]["importlinter"]["contracts"]
    if contract["id"] in ("vendors-in-adapters", "qt-in-ui")
    for name in contract["forbidden_modules"]
]


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((ROOT / "app").rglob("*.py")):
        yield path.relative_to(ROOT), ast.parse(path.read_text("utf-8"))


def test_every_imported_package_is_a_declared_dependency() -> None:
    project = _SETTINGS["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["offline-models"]]
    declared = {canonicalize_name(Requirement(text).name) for text in asked}
    distributions = packages_distributions()
    undeclared = {
        (top, path.as_posix())
        for path, tree in _modules()
        for top in {name.partition(".")[0] for name in _imported(tree)}
        if top != "app"
        and top not in sys.stdlib_module_names
        and not declared & {canonicalize_name(name) for name in distributions.get(top, [])}
    }
    assert undeclared == set()


def test_the_wiring_loads_no_database_no_model_and_no_window() -> None:
    program = f"import sys, app.bootstrap, app.application; print(*sorted(set({_HEAVY!r}) & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.split() == []


def test_a_subcommand_loads_no_qt() -> None:
    program = (
        "import sys; sys.modules.update(dict.fromkeys(('PySide6', 'shiboken6'))); "
        "sys.argv = ['vizir', '--help']; import runpy; runpy.run_module('app', run_name='__main__')"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "process" in result.stdout


def _reads_environment(tree: ast.Module) -> bool:
    """True for any use of the environment but ``os.environ.setdefault(…)``, by which a child tells its libraries."""
    told = {
        id(node.func.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "setdefault"
    }
    return any(
        isinstance(node, ast.Attribute) and ast.unparse(node) in ("os.environ", "os.getenv") and id(node) not in told
        for node in ast.walk(tree)
    ) or any(name in ("environ", "getenv") for name in _from_os(tree))


def _from_os(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            yield from (alias.name for alias in node.names)


def test_only_the_settings_read_the_environment() -> None:
    assert {path.as_posix() for path, tree in _modules() if _reads_environment(tree)} == {"app/settings.py"}


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "helper", "helpers", "common", "manager", "data", "info", "misc"}
    assert [str(path) for path, _tree in _modules() if set(path.with_suffix("").parts) & empty] == []


def test_no_module_is_too_long_to_be_read_at_once() -> None:
    lengths = {str(path): len((ROOT / path).read_text("utf-8").splitlines()) for path, _tree in _modules()}
    assert {path: length for path, length in lengths.items() if length > 480} == {}
