"""A running Odoo 19 with a database of its own: its address, its people's keys, and ways to end and start it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2

from tests.real_odoo.postgres import tail
from tests.real_odoo.recipe import DATABASE, Keys, Kit, kit

_ROOT = Path(__file__).resolve().parents[2]


class OdooRefused(Exception):
    """Odoo's own error to a call that a test made."""


class OdooServer:
    """The server as the tests use it; started by `odoo_server`."""

    def __init__(self, process: subprocess.Popen[str], keys: Keys) -> None:
        self._process = process
        self.keys = keys
        self.database = DATABASE
        started = self._told()
        self.url = f"http://127.0.0.1:{started['port']}"
        self.port = int(started["port"])
        self.database_port = int(started["database_port"])
        self._log = Path(started["log"])
        # A connection that the killed server had closed would fail the first call after its start.
        self.client = httpx2.Client(
            timeout=60, trust_env=False, verify=False, limits=httpx2.Limits(max_keepalive_connections=0)
        )

    def kill(self) -> None:
        """``kill -9``: whatever it was doing is undone by the database."""
        self._ask("kill")

    def start(self) -> None:
        """Start it again at the same address, after `kill`."""
        self._ask("start")

    def sql(self, statement: str) -> str:
        """Run a statement in Odoo's database, past Odoo; rows as text."""
        return self._ask("sql", statement)

    @contextmanager
    def key_until(self, login: str, moment: datetime) -> Iterator[None]:
        """Let the key of a person lapse at that moment; afterwards it never does again."""
        theirs = f"user_id = (select id from res_users where login = '{login}')"  # noqa: S608
        self.sql(f"update res_users_apikeys set expiration_date = '{moment:%Y-%m-%d %H:%M:%S}' where {theirs}")  # noqa: S608
        try:
            yield
        finally:
            self.sql(f"update res_users_apikeys set expiration_date = null where {theirs}")  # noqa: S608

    def log(self) -> str:
        """The end of Odoo's own log."""
        return tail(self._log)

    def call(self, model: str, method: str, *, key: str = "", **arguments: Any) -> Any:
        """Call a method of Odoo past the program, as the administrator or the owner of `key`.

        Raises:
            OdooRefused: with Odoo's own words.
        """
        reply = self.client.post(
            f"{self.url}/json/2/{model}/{method}",
            json=arguments,
            headers={"Authorization": f"bearer {key or self.keys.admin}", "X-Odoo-Database": self.database},
        )
        if reply.status_code != 200:
            raise OdooRefused(f"{reply.status_code} {reply.json().get('message')}")
        return reply.json()

    def new_deal(self, name: str = "Светильники для склада", *, key: str = "", **values: Any) -> str:
        """A new opportunity of the salesman, or of the owner of `key`; its identity."""
        made = self.call(
            "crm.lead",
            "create",
            key=key or self.keys.salesman,
            vals_list=[{"name": name, "type": "opportunity", **values}],
        )
        return str(made[0])

    def values(self, deal: str, *fields: str) -> dict[str, Any]:
        """Values of a deal as Odoo has them, read as the administrator."""
        return dict(self.call("crm.lead", "read", ids=[int(deal)], fields=list(fields), load=None)[0])

    def notes(self, deal: str) -> list[str]:
        """Bodies of a deal's notes and messages, oldest first; what Odoo writes by itself is left out."""
        found = self.call(
            "mail.message",
            "search_read",
            domain=[["model", "=", "crm.lead"], ["res_id", "=", int(deal)], ["message_type", "=", "comment"]],
            fields=["body"],
            order="id",
        )
        return [row["body"] for row in found]

    def tasks(self, deal: str) -> list[dict[str, Any]]:
        """Open tasks of a deal."""
        return list(
            self.call(
                "mail.activity",
                "search_read",
                domain=[["res_model", "=", "crm.lead"], ["res_id", "=", int(deal)]],
                fields=["summary", "date_deadline", "user_id", "note"],
                order="id",
            )
        )

    def _ask(self, *command: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return str(self._told()["rows"])

    def _told(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the process that holds Odoo has ended"
        told: dict[str, Any] = json.loads(line)
        assert "error" not in told, told["error"]
        return told


@contextmanager
def odoo_server() -> Iterator[OdooServer]:
    """A server with a fresh copy of the filled database, gone at the end.

    Raises:
        OdooUnavailable: when it can be had neither from the cache nor from outside.
    """
    found = kit()
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.real_odoo.keeper"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=_ROOT,
        env=environment,
        start_new_session=True,
    ) as process:
        assert process.stdin is not None
        process.stdin.write(_for_keeper(found) + "\n")
        process.stdin.flush()
        server = OdooServer(process, found.keys)
        with server.client:
            yield server
        process.stdin.close()
        process.wait()


def _for_keeper(found: Kit) -> str:
    paths = {"python": found.python, "source": found.source, "cluster": found.cluster, "files": found.files}
    return json.dumps({name: str(path) for name, path in paths.items()})
