"""The real server is what the other tests take it for."""

from __future__ import annotations

import httpx2
import pytest

from tests.real_odoo.proxy import Proxy
from tests.real_odoo.server import OdooRefused, OdooServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def test_people_act_by_their_own_keys(odoo: OdooServer) -> None:
    mine = odoo.call("res.users", "context_get", key=odoo.keys.salesman)
    theirs = odoo.call("res.users", "context_get", key=odoo.keys.colleague)
    assert mine["uid"] != theirs["uid"]
    assert mine["lang"] == "ru_RU"


def test_a_killed_server_starts_again_with_what_it_had(odoo: OdooServer) -> None:
    deal = odoo.new_deal("Пережила перезапуск")
    odoo.kill()
    odoo.start()
    assert odoo.values(deal, "name")["name"] == "Пережила перезапуск"


def test_a_lost_answer_leaves_its_effect_behind(odoo: OdooServer, bad_line: Proxy) -> None:
    deal = odoo.new_deal()
    bad_line.lose_answers("crm.lead/write")
    headers = {"Authorization": f"bearer {odoo.keys.salesman}", "X-Odoo-Database": odoo.database}
    written = {"ids": [int(deal)], "vals": {"name": "Записано"}}
    with pytest.raises(httpx2.RemoteProtocolError):
        odoo.client.post(f"{bad_line.url}/json/2/crm.lead/write", json=written, headers=headers)
    assert odoo.values(deal, "name")["name"] == "Записано"
    assert odoo.client.post(f"{bad_line.url}/json/2/crm.lead/write", json=written, headers=headers).json() is True


def test_a_salesman_may_not_read_a_colleagues_deal(odoo: OdooServer) -> None:
    theirs = odoo.new_deal(key=odoo.keys.colleague)
    with pytest.raises(OdooRefused, match="403"):
        odoo.call("crm.lead", "read", key=odoo.keys.salesman, ids=[int(theirs)], fields=["name"])
