"""Every import contract of pyproject.toml holds, and each of them breaks when it is attacked."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
_CONTRACTS = {contract["id"]: contract for contract in _SETTINGS["contracts"]}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the program with its contracts, to be attacked."""
    shutil.copytree(ROOT / "app", tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def _lint(tree: Path, *contracts: str) -> tuple[bool, str]:
    chosen = [word for contract in contracts for word in ("--contract", contract)]
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"]
    result = subprocess.run(
        [*command, "--no-logo", "--no-cache", *chosen], cwd=tree, capture_output=True, text=True, check=False
    )
    assert "Analyzed" in result.stdout, result.stdout + result.stderr
    return result.returncode == 0, result.stdout


def _plant(tree: Path, package: str, *imports: str) -> None:
    """Add a module to a package, or lines to a module, that import what they must not."""
    folder = tree / package.replace(".", "/")
    module = folder / "planted.py" if folder.is_dir() else folder.with_suffix(".py")
    with module.open("a", encoding="utf-8") as stream:
        stream.writelines(f"\nimport {name}" for name in imports)


def _rows() -> list[list[str]]:
    """The layers that exist, from the top; those side by side in one row."""
    rows = [[name.strip(" ()") for name in re.split(r"[|:]", row)] for row in _CONTRACTS["layers"]["layers"]]
    there = [
        [name for name in row if (ROOT / "app" / name).with_suffix(".py").exists() or _is_package(name)] for row in rows
    ]
    return [row for row in there if row]


def _is_package(name: str) -> bool:
    return (ROOT / "app" / name / "__init__.py").exists()


def test_the_real_tree_keeps_every_contract(tree: Path) -> None:
    is_kept, output = _lint(tree)
    assert is_kept, output


def test_each_layer_breaks_when_it_imports_the_one_above(tree: Path) -> None:
    rows = _rows()
    pairs = [(lower, upper) for up, low in itertools.pairwise(rows) for upper in up for lower in low]
    for lower, upper in pairs:
        _plant(tree, f"app.{lower}", f"app.{upper}")
    is_kept, output = _lint(tree, "layers")
    assert not is_kept
    for lower, upper in pairs:
        assert f"app.{lower} is not allowed to import app.{upper}:" in output


def test_neighbours_in_one_row_break_when_one_imports_the_other(tree: Path) -> None:
    pairs = [(one, other) for row in _rows() for one in row for other in row if one != other]
    assert pairs
    for one, other in pairs:
        _plant(tree, f"app.{one}", f"app.{other}")
    _is_kept, output = _lint(tree, "layers")
    for one, other in pairs:
        assert f"app.{one} is not allowed to import app.{other}:" in output


def test_a_module_outside_of_the_layers_breaks(tree: Path) -> None:
    (tree / "app" / "shortcut.py").write_text("import app.core\n", "utf-8")
    is_kept, output = _lint(tree, "layers")
    assert not is_kept
    assert "app.shortcut" in output


def test_an_adapter_breaks_when_it_imports_another(tree: Path) -> None:
    names = sorted(path.parent.name for path in (ROOT / "app" / "adapters").glob("*/__init__.py"))
    for one, other in zip(names, [*names[1:], names[0]], strict=True):
        _plant(tree, f"app.adapters.{one}", f"app.adapters.{other}")
    is_kept, output = _lint(tree, "adapters-apart")
    assert not is_kept
    for one, other in zip(names, [*names[1:], names[0]], strict=True):
        assert f"app.adapters.{one}.planted -> app.adapters.{other}" in output


def test_screens_and_subcommands_break_when_they_import_an_adapter(tree: Path) -> None:
    sources = _CONTRACTS["adapters-chosen-once"]["source_modules"]
    for source in sources:
        _plant(tree, source, "app.adapters.storage")
    is_kept, output = _lint(tree, "adapters-chosen-once")
    assert not is_kept
    for source in sources:
        assert f"{source} is not allowed to import app.adapters" in output


def test_every_package_but_the_window_breaks_when_it_imports_qt(tree: Path) -> None:
    others = sorted(
        path.stem for path in (ROOT / "app").iterdir() if not path.name.startswith("__") and path.stem != "ui"
    )
    for name in others:
        _plant(tree, f"app.{name}", "PySide6.QtCore")
    is_kept, output = _lint(tree, "qt-in-ui")
    assert not is_kept
    for name in others:
        assert f"app.{name} is not allowed to import PySide6" in output


def test_what_runs_without_a_display_breaks_when_it_reaches_the_window(tree: Path) -> None:
    sources = _CONTRACTS["headless"]["source_modules"]
    for source in sources:
        _plant(tree, source, "app.ui")
    is_kept, output = _lint(tree, "headless")
    assert not is_kept
    for source in sources:
        assert f"{source} is not allowed to import app.ui" in output


def test_each_vendor_breaks_outside_of_the_adapters(tree: Path) -> None:
    vendors = _CONTRACTS["vendors-in-adapters"]["forbidden_modules"]
    _plant(tree, "app.draft", *vendors)
    is_kept, output = _lint(tree, "vendors-in-adapters")
    assert not is_kept
    for vendor in vendors:
        assert f"app.draft is not allowed to import {vendor}:" in output


def test_no_contract_is_without_an_attack() -> None:
    text = Path(__file__).read_text("utf-8")
    assert [name for name in _CONTRACTS if f'"{name}")\n    assert not is_kept' not in text] == []
