"""Which deal a call belongs to, and why."""

from __future__ import annotations

import pytest

from app.deals.matching import DealClues, company_key, phone_key, propose_deal
from app.deals.model import Company, Contact, Deal
from app.deals.service import DealService
from tests.fakes.examples import a_deal
from tests.fakes.store import FakeStore

MYS = a_deal()
POLYUS = Deal(
    "polyus",
    "Склад",
    Company("p", "АО «Полюс-Торг»", "500100732259"),
    Contact("pk", "Инна Грач", phone="8 (495) 111-22-33", company_id="p"),
)


def ids(clues: DealClues, *deals: Deal) -> list[str]:
    return [candidate.deal.id for candidate in propose_deal(clues, deals or (MYS, POLYUS)).candidates]


@pytest.mark.parametrize(
    ("clues", "deal_id", "reason"),
    [
        (DealClues(phones=("+74951112233",)), "polyus", "телефон"),
        (DealClues(phones=("912 345 67 89",)), "deal-1", "телефон"),
        (DealClues(inn="7707083893"), "deal-1", "ИНН"),
        (DealClues(email="ELKIN@mys.example"), "deal-1", "почта"),
        (DealClues(company="зелёный мыс"), "deal-1", "компания «ООО «Зелёный мыс»»"),
        (DealClues(company="Торг Полюс"), "polyus", "компания"),
    ],
)
def test_a_sure_sign_finds_the_deal_and_says_why(clues: DealClues, deal_id: str, reason: str) -> None:
    proposal = propose_deal(clues, (MYS, POLYUS))
    assert [candidate.deal.id for candidate in proposal.candidates] == [deal_id]
    assert proposal.candidates[0].is_sure
    assert reason in proposal.candidates[0].reasons[0]


def test_a_company_heard_nearly_right_is_offered_but_not_sure() -> None:
    candidate = propose_deal(DealClues(company="зеленый мысь"), (MYS, POLYUS)).candidates[0]
    assert (candidate.deal.id, candidate.is_sure) == ("deal-1", False)
    assert "похожая" in candidate.reasons[0]


def test_a_given_name_alone_is_a_weak_sign() -> None:
    candidate = propose_deal(DealClues(contact="Пётр"), (MYS, POLYUS)).candidates[0]
    assert (candidate.deal.id, candidate.is_sure) == ("deal-1", False)


def test_several_candidates_come_with_the_best_first_and_all_reasons() -> None:
    clues = DealClues(phones=("+74951112233",), company="Зелёный мыс", contact="Грач Инна")
    proposal = propose_deal(clues, (MYS, POLYUS))
    assert [candidate.deal.id for candidate in proposal.candidates] == ["polyus", "deal-1"]
    assert [reason.split()[0] for reason in proposal.candidates[0].reasons] == ["телефон", "контакт"]


@pytest.mark.parametrize(
    "clues",
    [
        DealClues(),
        DealClues(company="ООО"),
        DealClues(phones=("123",)),
        DealClues(company="Северный ветер", contact="Олег Немов"),
        DealClues(inn="7707083894"),
    ],
)
def test_no_sign_finds_no_deal(clues: DealClues) -> None:
    assert ids(clues) == []


def test_companies_told_apart_by_a_number_are_not_alike() -> None:
    fourth = Deal("four", "Цех", Company("c4", "Кирпичный завод № 4"))
    assert ids(DealClues(company="Кирпичный завод № 14"), fourth) == []
    assert ids(DealClues(company="завод кирпичный № 4"), fourth) == ["four"]


def test_a_new_deal_is_made_of_the_clues() -> None:
    clues = DealClues(
        ("+79031112233",), "go@wind.example", "7707083893", "Северный ветер", "Олег Немов", "директор", "call.mp3"
    )
    deal = propose_deal(clues, ()).new_deal
    assert deal.title == "Северный ветер"
    assert deal.company is not None
    assert deal.contact is not None
    assert (deal.company.name, deal.company.inn) == ("Северный ветер", "7707083893")
    assert (deal.contact.name, deal.contact.role, deal.contact.phone) == ("Олег Немов", "директор", "+79031112233")
    assert deal.contact.company_id == deal.company.id


def test_a_new_deal_takes_the_known_cards_of_company_and_contact() -> None:
    clues = DealClues(phones=("+79123456789",), company="Зелёный мыс", contact="Пётр")
    deal = propose_deal(clues, (MYS, POLYUS)).new_deal
    assert deal.id != MYS.id
    assert (deal.company, deal.contact) == (MYS.company, MYS.contact)


def test_another_person_at_a_known_phone_gets_a_card_of_their_own() -> None:
    deal = propose_deal(DealClues(phones=("+79123456789",), contact="Олег Немов"), (MYS,)).new_deal
    assert deal.contact is not None
    assert deal.contact.name == "Олег Немов"


def test_companies_of_one_name_with_different_inn_are_two() -> None:
    deal = propose_deal(DealClues(company="Зелёный мыс", inn="500100732259"), (MYS,)).new_deal
    assert deal.company is not None
    assert deal.company.id != MYS.company.id  # type: ignore[union-attr]


def test_a_deal_without_any_name_is_called_by_the_file() -> None:
    assert propose_deal(DealClues(file_name="zapis-7.mp3"), ()).new_deal.title == "zapis-7.mp3"


def test_names_are_compared_without_form_quotes_and_order() -> None:
    assert company_key("ООО «Ромашка-Плюс»") == company_key("плюс РОМАШКА, ООО")
    assert phone_key("8 (912) 345-67-89") == phone_key("+79123456789")
    assert phone_key("345-67-89") == ""


def test_the_store_is_searched_by_every_clue() -> None:
    store = FakeStore()
    store.deals.create(MYS)
    store.deals.create(POLYUS)
    service = DealService(store.deals)
    for clues in (
        DealClues(phones=("8 495 111 22 33",)),
        DealClues(inn="500100732259"),
        DealClues(company="Полюс-Торга"),
        DealClues(contact="Инне Грач"),
    ):
        found = service.propose(clues).candidates
        assert {candidate.deal.id for candidate in found} <= {"polyus"}
    assert service.propose(DealClues(phones=("8 495 111 22 33",))).candidates[0].deal.id == "polyus"
    assert service.propose(DealClues(company="полюс торг")).candidates[0].deal.id == "polyus"
    assert service.propose(DealClues()).candidates == ()


def test_proposing_makes_nothing() -> None:
    store = FakeStore()
    DealService(store.deals).propose(DealClues(company="Северный ветер"))
    assert store.deals.recent(5) == []
