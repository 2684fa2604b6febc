"""`python -m tests.bench [NAME…] [--json FILE]`: runs the bench modules and prints their figures with the machine.

A bench module is `tests/bench/bench_NAME.py` with `def figures() -> Iterator[Figure]`; it yields a figure as soon as
it is measured. It is run as a script of its own, so that one module's memory and threads do not count in another's.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.machine import describe_machine

_HERE = Path(__file__).parent
_VERDICTS = {True: "met", False: "MISSED", None: ""}


def names() -> list[str]:
    """Names of the bench modules that exist, in alphabetical order."""
    return sorted(path.stem.removeprefix("bench_") for path in _HERE.glob("bench_*.py"))


def run_here(name: str, into: Path) -> None:
    """Run one module in this process, print each figure as it comes, and write all of them as JSON lines."""
    module = importlib.import_module(f"tests.bench.bench_{name}")
    with into.open("a", encoding="utf-8") as stream:
        for figure in module.figures():
            print("  " + line(figure), flush=True)
            stream.write(json.dumps(asdict(figure), ensure_ascii=False) + "\n")
            stream.flush()


def run_apart(name: str) -> tuple[list[Figure], float, int]:
    """Run one module in a process of its own.

    Returns:
        Its figures (those measured before a crash too), the seconds it took, and its exit code.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "figures.jsonl"
        into.touch()
        command = [sys.executable, "-m", "tests.bench", "--here", name, "--into", str(into)]
        code = subprocess.run(command, check=False, env={**os.environ, "PYTHONUNBUFFERED": "1"}).returncode
        found = [Figure(**json.loads(row)) for row in into.read_text("utf-8").splitlines()]
    return found, time.monotonic() - began, code


def line(figure: Figure) -> str:
    """A figure as one line of the table."""
    value = f"{figure.value:,.3f}".rstrip("0").rstrip(".") if isinstance(figure.value, float) else f"{figure.value}"
    measured = f"{value} {figure.unit}".strip()
    text = f"{figure.name:<58} {measured:>16}  {figure.bar:<22} {_VERDICTS[figure.is_met]:<6} {figure.note}"
    return text.rstrip()


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure, and print the figures with the machine.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="modules to run; without names, all of them")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE as well")
    parser.add_argument("--here", help=argparse.SUPPRESS)
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        run_here(options.here, options.into)
        return 0

    chosen = options.names or names()
    unknown = sorted(set(chosen) - set(names()))
    if unknown:
        parser.error(f"no bench module named {', '.join(unknown)}; there are: {', '.join(names()) or 'none'}")
    machine = describe_machine()
    for key, value in machine.items():
        print(f"{key:<12} {value}")
    results = {}
    failed = []
    for name in chosen:
        print(f"\n{name}", flush=True)
        figures, seconds, code = run_apart(name)
        print(f"  ({seconds:.0f} s)")
        if code != 0:
            failed.append(name)
        results[name] = {"seconds": round(seconds, 1), "exit_code": code, "figures": [asdict(f) for f in figures]}
    if options.json:
        report = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine, "modules": results}
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
    judged = [f["is_met"] for r in results.values() for f in r["figures"] if f["is_met"] is not None]
    print(f"\n{sum(judged)} of {len(judged)} bars met" + (f"; did not finish: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
