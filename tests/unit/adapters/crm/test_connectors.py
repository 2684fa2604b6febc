"""Which connector an account gets, and what a person reads who pasted something else."""

from __future__ import annotations

import subprocess
import sys

import pytest

from app.adapters.crm.connectors import Connectors, portal_of
from app.core.errors import UserFixable
from app.delivery.model import CrmAccount, CrmKind
from tests.fakes.amocrm_server import token_until
from tests.fakes.clock import FakeClock

TOKEN = token_until()
WEBHOOK = "https://polus.bitrix24.ru/rest/7/k3y0f4w3bh00k/"
ODOO_KEY = "0123456789abcdef0123456789abcdef01234567"


def made(kind: CrmKind, address: str, secret: str) -> str:
    connector = Connectors(FakeClock())(CrmAccount("1", kind, "", address), secret)
    connector.close()
    return connector.deal_url("17")


def refused(kind: CrmKind, address: str, secret: str) -> UserFixable:
    with pytest.raises(UserFixable) as caught:
        made(kind, address, secret)
    return caught.value


@pytest.mark.parametrize(
    ("kind", "address", "secret", "card"),
    [
        (CrmKind.AMOCRM, "https://polus.amocrm.ru", TOKEN, "https://polus.amocrm.ru/leads/detail/17"),
        (
            CrmKind.AMOCRM,
            "polus.amocrm.ru/leads/pipeline/31/",
            f"Bearer {TOKEN}\n",
            "https://polus.amocrm.ru/leads/detail/17",
        ),
        (CrmKind.AMOCRM, "https://polus.kommo.com/", TOKEN, "https://polus.kommo.com/leads/detail/17"),
        (CrmKind.BITRIX24, "", WEBHOOK, "https://polus.bitrix24.ru/"),
        (
            CrmKind.BITRIX24,
            "https://polus.bitrix24.ru/crm/deal/kanban/",
            "7/k3y0f4w3bh00k",
            "https://polus.bitrix24.ru/",
        ),
        (CrmKind.ODOO, "https://odoo.polus.example/odoo/crm/45", ODOO_KEY, "https://odoo.polus.example/"),
        (CrmKind.ODOO, "https://odoo.polus.example/web#id=45&model=crm.lead", ODOO_KEY, "https://odoo.polus.example/"),
    ],
)
def test_an_account_gets_its_crms_connector_also_from_the_address_of_a_page(
    kind: CrmKind, address: str, secret: str, card: str
) -> None:
    assert made(kind, address, secret).startswith(card)


@pytest.mark.parametrize(
    ("kind", "secret", "words"),
    [
        (CrmKind.BITRIX24, "", "не введён"),
        (CrmKind.BITRIX24, "https://polus.bitrix24.ru/devops/section/standard/", "адрес страницы"),
        (CrmKind.BITRIX24, "k3y0f4w3bh00k12345", "часть вебхука"),
        (CrmKind.BITRIX24, "local.65f1c0ffee.1234", "код приложения"),
        (CrmKind.BITRIX24, TOKEN, "токен amoCRM"),
        (CrmKind.AMOCRM, "", "не введён"),
        (CrmKind.AMOCRM, "https://polus.amocrm.ru/amo-market", "Вставлен адрес"),
        (CrmKind.AMOCRM, "0b6ee8b1-9a2c-4f5d-8e7a-1c2d3e4f5a6b", "ID интеграции"),
        (CrmKind.AMOCRM, "def50200" + "ab12" * 60, "Код авторизации"),
        (CrmKind.AMOCRM, "Q" * 64, "Секретный ключ"),
        (CrmKind.AMOCRM, TOKEN[: len(TOKEN) // 3], "целиком"),
        (CrmKind.ODOO, "", "не введён"),
        (CrmKind.ODOO, "qwerty123", "пароль"),
        (CrmKind.ODOO, "https://odoo.polus.example/odoo", "Вставлен адрес"),
        (CrmKind.ODOO, TOKEN, "токен amoCRM"),
    ],
)
def test_another_key_is_recognised_and_the_hint_says_where_the_right_one_is(
    kind: CrmKind, secret: str, words: str
) -> None:
    addresses = {CrmKind.AMOCRM: "https://polus.amocrm.ru", CrmKind.BITRIX24: "https://polus.bitrix24.ru"}
    error = refused(kind, addresses.get(kind, "https://odoo.polus.example"), secret)

    assert error.code == "crm.secret_form"
    assert words in str(error)
    assert error.hint
    assert not secret or len(secret) < 10 or secret not in f"{error} {error.detail} {error!r}"


@pytest.mark.parametrize(
    ("kind", "address", "words"),
    [
        (CrmKind.AMOCRM, "https://polus.example", "polus.example"),
        (CrmKind.AMOCRM, "https://polus.amocrm.ru.evil.example", "evil.example"),
        (CrmKind.AMOCRM, "https://evil-amocrm.ru", "evil-amocrm.ru"),
        (CrmKind.AMOCRM, "https://polus.amocrm.ru@evil.example", "evil.example"),
        (CrmKind.AMOCRM, "https://evil.example\\@polus.amocrm.ru", "не подходит"),
        (CrmKind.AMOCRM, "http://polus.amocrm.ru", "https://"),
        (CrmKind.AMOCRM, "https://www.amocrm.ru/", "сайт самой CRM"),
        (CrmKind.AMOCRM, "", "не подходит"),
        (CrmKind.AMOCRM, "https://[", "не адрес"),
        (CrmKind.ODOO, "ftp://odoo.polus.example", "https://"),
        (CrmKind.ODOO, "http://odoo.polus.example", "https://"),
        (CrmKind.ODOO, "https://polus.amocrm.ru", "адрес amoCRM"),
        (CrmKind.BITRIX24, "https://polus.amocrm.ru", "адрес amoCRM"),
        (CrmKind.BITRIX24, "https://www.bitrix24.ru", "сайт самой CRM"),
    ],
)
def test_an_address_that_cannot_be_this_crms_is_refused(kind: CrmKind, address: str, words: str) -> None:
    secrets = {CrmKind.AMOCRM: TOKEN, CrmKind.BITRIX24: "7/k3y0f4w3bh00k", CrmKind.ODOO: ODOO_KEY}
    error = refused(kind, address, secrets[kind])

    assert error.code == "crm.address"
    assert words in str(error)


@pytest.mark.parametrize("address", [WEBHOOK, "polus.bitrix24.ru/rest/7/k3y0f4w3bh00k"])
def test_a_webhook_in_the_field_of_the_address_is_refused_without_being_shown(address: str) -> None:
    error = refused(CrmKind.BITRIX24, address, WEBHOOK)

    assert error.code == "crm.address"
    assert "k3y0f4w3bh00k" not in f"{error} {error.detail} {error!r}"


def test_the_address_of_a_self_hosted_portal_keeps_its_port_and_folder() -> None:
    assert (
        portal_of(CrmKind.ODOO, "https://crm.polus.example:8443/firma/odoo/crm/1")
        == "https://crm.polus.example:8443/firma"
    )


def test_a_vendor_is_imported_only_with_its_first_account() -> None:
    loaded = "[name for name in sys.modules if any(word in name for word in ('bitrix24', 'odoo', 'amocrm', 'httpx'))]"
    code = f"import sys, app.adapters.crm.connectors; print({loaded})"

    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
