"""The process that holds PostgreSQL and Odoo for a test session and takes both with it when its parent ends.

A line of JSON with the kit comes first; then ``["kill"]``, ``["start"]`` and ``["sql", STATEMENT]`` are obeyed until
the input ends, however the parent ended. Each line is answered by one line of JSON. The tests may kill and start Odoo
as often as they like: it is this process's child, so no test leaves one behind.
"""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from tests.real_odoo.postgres import Cluster, free_port, tail
from tests.real_odoo.recipe import DATABASE, environment_for_odoo, private_folder, write_configuration

_START_S = 60.0
_POLL_S = 0.05


class Keeper:
    """PostgreSQL with a copy of the filled database, and Odoo on it."""

    def __init__(self, folder: Path, python: Path, source: Path, cluster: Path, files: Path) -> None:
        self._command = [python, "-m", "odoo", "-c", folder / "odoo.conf"]
        self._source = source
        self._log = folder / "odoo.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self.cluster = Cluster.unpacked(cluster, folder / "postgres")
        shutil.copytree(files, folder / "files")
        self.cluster.start()
        write_configuration(
            folder / "odoo.conf",
            source=source,
            files=folder / "files",
            database_port=self.cluster.port,
            port=self.port,
        )

    def start(self) -> None:
        """Start Odoo and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment_for_odoo(self._source)
            )
        for _ in range(int(_START_S / _POLL_S)):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            try:
                self._process.wait(_POLL_S)
            except subprocess.TimeoutExpired:
                continue
            break
        raise RuntimeError(f"Odoo did not start: {tail(self._log)}")

    def kill(self) -> None:
        """End Odoo without a chance to finish anything."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        self.kill()
        self.cluster.stop()


def main() -> None:
    # Ctrl+C reaches all processes of the terminal; this one ends after its parent, in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    kit = {name: Path(path) for name, path in json.loads(sys.stdin.readline()).items()}
    with ExitStack() as stack:
        folder = stack.enter_context(private_folder())
        try:
            keeper = Keeper(folder, **kit)
            stack.callback(keeper.close)
            keeper.start()
        except (OSError, AssertionError, RuntimeError, subprocess.SubprocessError) as error:
            _tell(error=str(error))
            return
        _tell(port=keeper.port, database_port=keeper.cluster.port, log=str(folder / "odoo.log"))
        for line in sys.stdin:
            try:
                _tell(rows=_obey(keeper, *json.loads(line)))
            except (RuntimeError, AssertionError) as error:
                _tell(error=str(error))


def _obey(keeper: Keeper, command: str, statement: str = "") -> str:
    """Carry a command out; what the database answered to ``sql``."""
    if command == "sql":
        return keeper.cluster.sql(statement, DATABASE)
    {"kill": keeper.kill, "start": keeper.start}[command]()
    return ""


def _tell(**told: object) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
