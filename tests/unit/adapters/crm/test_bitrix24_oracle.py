"""The vendor's own client reads and writes our fake of Bitrix24: it is not only what our connector expects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from b24pysdk import errors
from b24pysdk.credentials import BitrixWebhook
from b24pysdk.errors import v3 as errors_of_rest3

from tests.fakes.bitrix24_server import KEY, Portal, Trouble, bitrix24_portal

_DEAL = 2


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    """The fake with a certificate: the vendor's client speaks https alone."""
    authority = trustme.CA()
    own = authority.issue_cert("127.0.0.1")
    certificate, trusted = tmp_path / "portal.pem", tmp_path / "authority.pem"
    own.private_key_and_cert_chain_pem.write_to_path(str(certificate))
    authority.cert_pem.write_to_path(str(trusted))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    with bitrix24_portal(certificate) as running:
        yield running


@pytest.fixture
def client(portal: Portal) -> Any:
    return _token(portal).get_client()


def _token(portal: Portal) -> BitrixWebhook:
    return BitrixWebhook(domain=portal.address.removeprefix("https://"), webhook_token=f"7/{KEY}")


def test_the_client_knows_who_it_is_and_what_it_may(client: Any) -> None:
    assert client.profile().response.result["LAST_NAME"] == "Орлова"
    assert "crm" in client.scope().response.result


def test_the_client_reads_fields_options_pipelines_and_stages(client: Any) -> None:
    fields = client.crm.item.fields(entity_type_id=_DEAL).response.result["fields"]
    assert fields["ufCrm_101"]["type"] == "enumeration"
    (kinds, _wants) = client.crm.deal.userfield.list(filter={"LANG": "ru"}).response.result
    assert [row["VALUE"] for row in kinds["LIST"]] == ["Склад", "Офис"]
    categories = client.crm.category.list(entity_type_id=_DEAL).response.result["categories"]
    assert {row["name"] for row in categories} == {"Общая", "Тендеры"}
    stages = client.crm.status.list(filter={"ENTITY_ID": "DEAL_STAGE"}).response.result
    assert stages[2]["EXTRA"]["SEMANTICS"] == "success"


def test_the_client_pages_through_all_deals(portal: Portal, client: Any) -> None:
    made = [portal.cards.add_deal(f"Сделка {n}") for n in range(120)]
    pages = client.crm.item.list(entity_type_id=_DEAL, order={"id": "ASC"}).as_list().response.result
    assert [item["id"] for item in pages] == made


def test_the_client_finds_by_phone_and_gets_a_list_for_nothing(portal: Portal, client: Any) -> None:
    contact = portal.cards.add_contact("Петров", phones=("8 916 111-22-33",))
    find = client.crm.duplicate.findbycomm
    found = find(entity_type="CONTACT", values=["+79161112233"], type="PHONE").response.result
    assert found == {"CONTACT": [contact]}
    assert find(entity_type="CONTACT", values=["+79990000000"], type="PHONE").response.result == []


def test_the_client_updates_a_deal_and_an_unknown_field_is_ignored(portal: Portal, client: Any) -> None:
    deal = portal.cards.add_deal()
    fields = {"opportunity": 500, "isManualOpportunity": "Y", "nosuch": 1}
    item = client.crm.item.update(entity_type_id=_DEAL, bitrix_id=deal, fields=fields).response.result["item"]
    assert (item["opportunity"], "nosuch" in item) == (500, False)
    assert client.crm.item.get(entity_type_id=_DEAL, bitrix_id=deal).response.result["item"]["opportunity"] == 500


def test_the_client_comments_and_makes_tasks(portal: Portal, client: Any) -> None:
    deal = portal.cards.add_deal()
    comment = {"ENTITY_ID": deal, "ENTITY_TYPE": "deal", "COMMENT": "Итог"}
    made = client.crm.timeline.comment.add(fields=comment).response.result
    listed = client.crm.timeline.comment.list(filter={"ENTITY_ID": deal, "ENTITY_TYPE": "deal"}).response.result
    assert [(row["ID"], row["COMMENT"]) for row in listed] == [(str(made), "Итог")]
    task = {"TITLE": "Выслать КП", "RESPONSIBLE_ID": 7, "UF_CRM_TASK": [f"D_{deal}"]}
    assert client.tasks.task.add(fields=task).response.result["task"]["title"] == "Выслать КП"
    found = client.tasks.task.list(filter={"UF_CRM_TASK": f"D_{deal}"}).response.result["tasks"]
    assert [row["title"] for row in found] == ["Выслать КП"]


def test_the_client_makes_a_task_by_rest_3(portal: Portal) -> None:
    deal = portal.cards.add_deal()
    client = _token(portal).get_client(prefer_version=3)
    fields = {"title": "Выслать КП", "creatorId": 7, "responsibleId": 7, "crmItemIds": [f"D_{deal}"]}
    made = client.tasks.task.add(fields=fields).response.result["item"]
    assert isinstance(made["id"], int)
    assert portal.received[-1].is_rest3


def test_the_client_reads_the_answers_of_a_batch(portal: Portal) -> None:
    deal = portal.cards.add_deal()
    methods = {
        "deal": ("crm.item.get", {"entityTypeId": _DEAL, "id": deal}),
        "gone": ("crm.item.get", {"entityTypeId": _DEAL, "id": 9}),
    }
    told = _token(portal).call_batch(methods)["result"]
    assert told["result"]["deal"]["item"]["id"] == deal
    assert told["result_error"]["gone"]["error_description"] == "Not found"


def test_the_client_reads_the_calls(portal: Portal, client: Any) -> None:
    portal.cards.add_call("79161112233", at="2026-03-03T11:00:00+03:00")
    (call,) = client.voximplant.statistic.get(filter={">=CALL_START_DATE": "2026-03-01T00:00:00+03:00"}).response.result
    assert (call["CALL_DURATION"], call["CALL_FAILED_CODE"]) == ("95", "200")


@pytest.mark.parametrize(
    ("trouble", "wanted"),
    [
        (Trouble.OPERATING, errors.BitrixAPIOperationTimeLimit),
        (Trouble.OVERLOAD, errors.BitrixAPIOverloadLimit),
        (Trouble.EXPIRED, errors.BitrixAPIExpiredToken),
        (Trouble.PLAN, errors.BitrixAPIAccessDenied),
        (Trouble.BROKEN, errors.BitrixAPIInternalServerError),
        (Trouble.PAGE, errors.BitrixResponseJSONDecodeError),
        (Trouble.DROP_AFTER, errors.BitrixRequestError),
    ],
)
def test_the_client_knows_the_errors(
    portal: Portal, client: Any, trouble: Trouble, wanted: type[errors.BitrixSDKException]
) -> None:
    portal.troubles["profile"] = [trouble]
    with pytest.raises(wanted):
        _ = client.profile().response


def test_the_client_knows_a_missing_scope_a_wrong_key_and_a_wrong_field_of_rest_3(portal: Portal, client: Any) -> None:
    deal = portal.cards.add_deal()
    portal.cards.scopes = ("task",)
    with pytest.raises(errors.BitrixAPIInsufficientScope):
        _ = client.crm.item.get(entity_type_id=_DEAL, bitrix_id=deal).response
    with pytest.raises(errors_of_rest3.BitrixAPIValidationRequestValidationException):
        _ = _token(portal).get_client(prefer_version=3).tasks.task.add(fields={"title": ""}).response
    portal.is_key_good = False
    with pytest.raises(errors.BitrixAPIInvalidCredentials):
        _ = client.profile().response
