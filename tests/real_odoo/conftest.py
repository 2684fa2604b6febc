"""The real CRM server of a test session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TypeAlias

import pytest

from app.adapters.crm.odoo import Odoo
from app.delivery.model import CrmAccount, CrmKind
from tests.real_odoo.postgres import OdooUnavailable
from tests.real_odoo.proxy import Proxy, proxy_before
from tests.real_odoo.server import OdooServer, odoo_server

Connect: TypeAlias = Callable[..., Odoo]


@pytest.fixture(scope="session")
def odoo() -> Iterator[OdooServer]:
    """A real Odoo 19 with demo data in Russian; the tests are skipped, and the summary says why, where none can be."""
    try:
        manager = odoo_server()
        server = manager.__enter__()
    except OdooUnavailable as missing:
        pytest.skip(f"NO REAL ODOO, nothing of its connector was tried: {missing}")
    yield server
    manager.__exit__(None, None, None)


@pytest.fixture
def bad_line(odoo: OdooServer) -> Iterator[Proxy]:
    """A proxy before that server which loses answers on demand."""
    with proxy_before(odoo.port) as proxy:
        yield proxy


@pytest.fixture
def connect(odoo: OdooServer) -> Iterator[Connect]:
    """Makes a connector to that server: ``connect(key=…, address=…)``, by default the salesman's own, straight."""
    with ExitStack() as stack:

        def make(key: str = odoo.keys.salesman, address: str = odoo.url, database: str = odoo.database) -> Odoo:
            account = CrmAccount("account-1", CrmKind.ODOO, "Odoo", address, names={"database": database})
            # The server is ours: the pace would only make the tests long.
            connector = Odoo(account, key, wait=lambda _seconds: False)
            stack.callback(connector.close)
            return connector

        yield make


@pytest.fixture
def crm(connect: Connect) -> Odoo:
    """The salesman's connector."""
    return connect()
