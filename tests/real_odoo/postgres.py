"""A private PostgreSQL cluster on 127.0.0.1, for the length of a test session."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    # The data live for one session: a crash of the machine may take them.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
}


class OdooUnavailable(Exception):
    """A real Odoo cannot be had on this machine; the text says why and what to do."""


def find_postgres() -> Path:
    """The folder of PostgreSQL's programs; as root on Debian it is installed where it is missing.

    Raises:
        OdooUnavailable: where there is none and none can be installed.
    """
    found = _installed_postgres()
    if found is None and _is_root() and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "-y", "--no-install-recommends", "postgresql"]):
            subprocess.run(["apt-get", *command], check=False, capture_output=True, env=quiet)
        found = _installed_postgres()
    if found is None:
        raise OdooUnavailable("PostgreSQL 15 or newer is not here: apt-get install postgresql")
    return found


def _installed_postgres() -> Path | None:
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").is_file()]
    if versions:
        return max(versions, key=lambda path: int(path.parent.name))
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster in ``folder/data``. PostgreSQL refuses to run as root, so root runs it as the user postgres."""

    folder: Path
    port: int

    @classmethod
    def new(cls, folder: Path) -> Cluster:
        """An empty cluster, not started, with the role that Odoo uses (it refuses to be the superuser)."""
        cluster = cls(folder, free_port())
        cluster._own()
        cluster.run("initdb", "-D", cluster._data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8")
        return cluster

    @classmethod
    def unpacked(cls, archive: Path, folder: Path) -> Cluster:
        """The cluster that `packed` put away, not started."""
        cluster = cls(folder, free_port())
        cluster._own()
        with archive.open("rb") as stream:
            subprocess.run(["tar", "-x", "-C", folder], stdin=stream, check=True, **cluster._as_owner())
        return cluster

    def packed(self, archive: Path) -> None:
        """Put the stopped cluster away in one file."""
        with archive.open("wb") as stream:
            subprocess.run(["tar", "-c", "-C", self.folder, "data"], stdout=stream, check=True, **self._as_owner())

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = " ".join(f"-c {name}='{value}'" for name, value in {**_OPTIONS, "port": self.port}.items())
        self.run("pg_ctl", "-D", self._data, "-l", self.folder / "postgres.log", "-w", "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it; ``fast`` leaves it fit to be put away."""
        self.run("pg_ctl", "-D", self._data, "-w", "-m", mode, "stop")

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run a statement as the superuser; the rows come back without ornaments."""
        return self.run(
            "psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", database,
            "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement,
        )  # fmt: skip

    def run(self, program: str, *arguments: str | Path) -> str:
        """What one of PostgreSQL's programs printed."""
        # A server that pg_ctl starts keeps the outputs it was given: a pipe would never come to its end.
        output = self.folder / f"{program}.out"
        with output.open("w+", encoding="utf-8") as stream:
            command = [find_postgres() / program, *arguments]
            done = subprocess.run(command, stdout=stream, stderr=stream, check=False, **self._as_owner())
            stream.seek(0)
            told = stream.read()
        assert done.returncode == 0, f"{program}: {told}"
        return told.strip()

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _own(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if _is_root():
            shutil.chown(self.folder, "postgres", "postgres")

    def _as_owner(self) -> Mapping[str, object]:
        if _is_root():
            return {"user": "postgres", "group": "postgres", "extra_groups": [], "cwd": self.folder}
        return {"cwd": self.folder}


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, for a message."""
    return "\n".join(log.read_text("utf-8", errors="replace").splitlines()[-lines:]) if log.exists() else "no log"
