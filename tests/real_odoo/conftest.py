"""The real CRM server of a test session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.real_odoo.postgres import OdooUnavailable
from tests.real_odoo.proxy import Proxy, proxy_before
from tests.real_odoo.server import OdooServer, odoo_server


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
