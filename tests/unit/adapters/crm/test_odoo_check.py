"""What a person reads who gave the address of something that is no Odoo 19."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from app.adapters.crm.odoo import Odoo
from app.delivery.faults import CrmFailure, Fault
from app.delivery.model import CrmAccount, CrmKind

KEY = "0123456789abcdef0123456789abcdef01234567"


@contextmanager
def site(status: int, body: str, content_type: str) -> Iterator[str]:
    """A site that answers everything alike; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.end_headers()
            self.wfile.write(body.encode())

        do_POST = do_GET  # noqa: N815 - the library's name

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the output belongs to pytest."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def check(address: str) -> None:
    connector = Odoo(CrmAccount("1", CrmKind.ODOO, "", address), KEY)
    try:
        connector.check()
    finally:
        connector.close()


@pytest.mark.parametrize(
    ("status", "body", "content_type"),
    [
        (404, "<h1>Not Found</h1>", "text/html"),
        (200, "<h1>Наш сайт</h1>", "text/html; charset=utf-8"),
        (200, json.dumps({"version_info": [17, 0, 0, "final", 0, ""], "version": "17.0"}), "application/json"),
        (200, json.dumps({"hello": "world"}), "application/json"),
        (200, json.dumps(["hello"]), "application/json"),
    ],
)
def test_what_is_no_odoo_19_is_told_as_such(status: int, body: str, content_type: str) -> None:
    with site(status, body, content_type) as address, pytest.raises(CrmFailure, match="нет Odoo 19") as caught:
        check(address)
    assert caught.value.fault is Fault.BLOCKED
    assert KEY not in f"{caught.value} {caught.value.detail}"


def test_a_closed_port_is_no_connection() -> None:
    with site(200, "", "text/html") as address:
        pass
    with pytest.raises(CrmFailure, match="Нет связи с CRM"):
        check(address)
