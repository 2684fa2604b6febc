"""An independent client reads and writes our fake of amoCRM: it is not only what our connector expects."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from aioamocrm import (
    AmoCRMClient,
    AuthError,
    ForbiddenError,
    Lead,
    LongLivedToken,
    Note,
    NotFoundError,
    PaymentRequiredError,
    RateLimitError,
    ServerError,
    Task,
    ValidationError,
)
from pydantic import BaseModel

from tests.fakes import amocrm_account as amo
from tests.fakes.amocrm_server import AmoCrmServer, Trouble, serving


@pytest.fixture
def server() -> Iterator[AmoCrmServer]:
    with serving() as running:
        yield running


def asked(server: AmoCrmServer, question: Callable[[AmoCRMClient], Awaitable[Any]]) -> Any:
    async def ask() -> Any:
        async with AmoCRMClient(base_url=server.address, auth=LongLivedToken(server.token), rate_limit=None) as client:
            return await question(client)

    return asyncio.run(ask())


async def listed(pages: Any) -> list[Any]:
    return [item async for item in pages]


def unknown_names(model: BaseModel, *allowed: str) -> set[str]:
    """Names that the client's models do not know: misspelt ones of ours would be among them."""
    return set(model.model_extra or {}) - set(allowed)


def a_deal(server: AmoCrmServer) -> int:
    contact = server.account.add_card("contacts", "Игорь Саввин")
    server.account.put("contacts", contact, amo.PHONE, {"value": "+79125551020", "enum_code": "MOB"})
    company = server.account.add_card("companies", "ООО «Рубеж»")
    deal = server.account.add_lead("Ограждения", contacts=(contact,), company=company, price=150_000)
    server.account.put("leads", deal, amo.CITY, {"enum_id": 2})
    return deal


def test_the_client_reads_account_user_fields_and_pipelines(server: AmoCrmServer) -> None:
    account = asked(server, lambda client: client.account.get())
    user = asked(server, lambda client: client.users.get(amo.USER))
    users = asked(server, lambda client: listed(client.users.iterate()))
    fields = asked(server, lambda client: listed(client.leads.custom_fields.iterate()))
    pipelines = asked(server, lambda client: client.pipelines.list())

    assert (account.current_user_id, account.currency) == (amo.USER, "RUB")
    assert [item.id for item in users] == [amo.USER, 71]
    assert user.rights["leads"]["edit"] == "A"
    city = next(item for item in fields if item.id == amo.CITY)
    assert city.enum_id("Казань") == 2
    assert [status.id for status in pipelines[0].statuses][-2:] == [amo.WON, amo.LOST]
    for model in (account, user, *fields, *pipelines):
        assert unknown_names(model, "required_statuses") == set()


def test_the_client_reads_a_deal_with_its_people(server: AmoCrmServer) -> None:
    deal = a_deal(server)

    lead = asked(server, lambda client: client.leads.get(deal, with_=["contacts"]))
    contact = asked(server, lambda client: client.contacts.get(lead.embedded.contacts[0].id))

    assert (lead.price, lead.field_value(amo.CITY)) == (150_000, "Казань")
    assert lead.embedded.contacts[0].is_main
    assert contact.field_value("PHONE", enum_code="MOB") == "+79125551020"
    assert unknown_names(lead) == unknown_names(contact) == set()


def test_the_client_walks_all_pages(server: AmoCrmServer) -> None:
    made = [server.account.add_lead(f"Сделка {index}") for index in range(7)]
    server.page_limit = 3

    leads = asked(server, lambda client: listed(client.leads.iterate(order={"updated_at": "asc"})))

    assert [lead.id for lead in leads] == made


def test_the_client_takes_an_empty_list_and_an_unknown_deal_as_such(server: AmoCrmServer) -> None:
    assert asked(server, lambda client: listed(client.leads.iterate())) == []
    with pytest.raises(NotFoundError):
        asked(server, lambda client: client.leads.get(404404))


def test_the_client_changes_a_deal(server: AmoCrmServer) -> None:
    deal = a_deal(server)
    wanted = Lead(id=deal, price=99_000)
    wanted.set_field(amo.PRODUCT, "Ограждения 3D")

    (changed,) = asked(server, lambda client: client.leads.update([wanted]))

    assert changed.id == deal
    assert server.account.cards["leads"][deal]["price"] == 99_000
    assert server.account.values("leads", deal, amo.PRODUCT) == [{"value": "Ограждения 3D"}]


def test_the_client_is_told_the_path_of_a_bad_value(server: AmoCrmServer) -> None:
    deal = a_deal(server)
    wanted = Lead(id=deal)
    wanted.set_field(amo.CITY, {"enum_id": 77})

    with pytest.raises(ValidationError) as caught:
        asked(server, lambda client: client.leads.update([wanted]))

    assert [(issue.code, issue.path) for issue in caught.value.errors] == [
        ("NotSupportedChoice", "custom_fields_values.0.values.0.enum_id")
    ]


def test_the_client_makes_notes_and_tasks_and_reads_them(server: AmoCrmServer) -> None:
    deal = a_deal(server)
    task = Task(text="Выслать КП", entity_type="leads", entity_id=deal, task_type_id=1, complete_till=1_800_000_000)

    (note_ref,) = asked(server, lambda client: client.leads.notes.create([Note.common(deal, "Итог")]))
    (task_ref,) = asked(server, lambda client: client.tasks.create([task]))
    note = asked(server, lambda client: client.leads.notes.get(note_ref.id, entity_id=deal))
    notes = asked(server, lambda client: listed(client.leads.notes.iterate(entity_id=deal)))
    told = asked(server, lambda client: client.tasks.get(task_ref.id))

    assert note.text == "Итог"
    assert [item.id for item in notes] == [note_ref.id]
    assert (told.text, told.is_completed, told.result) == ("Выслать КП", False, None)
    assert unknown_names(note) == unknown_names(told) == set()


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("401", AuthError),
        ("402", PaymentRequiredError),
        ("right", ForbiddenError),
        ("barred", ForbiddenError),
        ("429", RateLimitError),
        ("500", ServerError),
    ],
)
def test_the_client_knows_each_refusal(server: AmoCrmServer, kind: str, error: type[Exception]) -> None:
    deal = a_deal(server)
    server.troubles.append(Trouble(kind))

    with pytest.raises(error):
        asked(server, lambda client: client.leads.notes.create([Note.common(deal, "Итог")]))
