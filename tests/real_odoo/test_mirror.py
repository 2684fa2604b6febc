"""The deals of a real Odoo in the mirror: read once, then only what changed, and found without a line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.core.cancel import CancelToken
from app.delivery.mirror import MirrorService
from tests.fakes.clock import FakeClock
from tests.real_odoo.office import Office, office
from tests.real_odoo.server import OdooServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def read(mirror: MirrorService, account_id: str) -> int:
    return mirror.refresh(account_id, lambda _count: None, CancelToken())


def mirror_of(desk: Office) -> MirrorService:
    return MirrorService(
        desk.store.mirror, desk.store.accounts, desk.connections.connector, desk.delivery.link_of, desk.clock
    )


def test_the_mirror_holds_what_the_salesman_may_see_and_later_what_changed(
    odoo: OdooServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.adapters.crm.odoo._PAGE", 5)
    mine = [odoo.new_deal(f"Зеркальная {number}", phone=f"+7916555443{number}") for number in range(7)]
    theirs = odoo.new_deal("Зеркальная чужая", key=odoo.keys.colleague)
    with office(FakeClock(datetime.now(UTC))) as desk:
        account = desk.connect(odoo.url, odoo.database, odoo.keys.salesman)
        mirror = mirror_of(desk)
        assert read(mirror, account.id) >= len(mine)
        assert {item.deal.id for item in mirror.search("зеркальная")} == set(mine)
        assert mirror.of(account.id, theirs) is None
        odoo.sql("update crm_lead set write_date = write_date - interval '1 hour'")
        odoo.call("crm.lead", "write", ids=[int(mine[3])], vals={"name": "Переименованная"})
        # Without a line the copy answers.
        assert [item.deal.id for item in mirror.search("+7 (916) 555-44-35")] == [mine[5]]
        assert read(mirror, account.id) == 1
        assert [item.deal.id for item in mirror.search("переименованная")] == [mine[3]]
