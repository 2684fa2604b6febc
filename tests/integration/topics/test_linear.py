"""The trained model of topics on a call it was not trained on."""

from __future__ import annotations

import pytest

from app.adapters.topics.linear import LinearTopicReader
from app.draft.candidates import Candidates
from app.draft.conversation import Conversation
from app.draft.facts import facts, field_facts
from app.draft.topics import Topics, TurnFacts
from app.settings import TOPIC_WEIGHTS
from tests.unit.draft.talks import AT, PROFILE, talk

CALL = """
    М: АкваЛайн, Степан Орехов, добрый день.
    К: День добрый, это Тамара Зимина, заведую хозяйством в санатории.
    М: Слушаю вас, Тамара.
    К: Вода у нас рыжая идёт, постояльцы ругаются, хотим станцию поставить.
    М: К какому числу надо, чтобы работало?
    К: Сезон первого мая, так что к двадцатому апреля всё должно течь чистое.
    М: А решение за вами?
    К: Что вы, это главврач, Лидия Марковна, она ставит подпись.
    М: Тогда в четверг наберу вас с расчётом.
    К: Давайте в четверг, после обеда.
"""


@pytest.fixture(scope="module")
def turns() -> tuple[TurnFacts, ...]:
    conversation = Conversation(talk(CALL))
    return facts(conversation, Candidates(conversation, AT))


@pytest.fixture(scope="module")
def topics(turns: tuple[TurnFacts, ...]) -> Topics:
    return LinearTopicReader(TOPIC_WEIGHTS).read(turns)


@pytest.mark.parametrize(("topic", "place"), [("contact_name", 1), ("need", 3), ("deadline", 5), ("decision_maker", 7)])
def test_each_topic_sounds_most_where_it_is_spoken_of(topics: Topics, topic: str, place: int) -> None:
    assert topics.places(topic)[0] == place


def test_what_nobody_spoke_of_is_shown_nowhere(topics: Topics) -> None:
    assert not topics.places("payment_terms")
    assert not topics.places("competitors")


def test_what_kind_of_call_it_is_and_how_it_sounds_is_read_from_the_whole(topics: Topics) -> None:
    assert topics.kind == "sales"
    assert topics.mood in ("positive", "neutral")


def test_an_angry_call_about_a_bought_thing_is_no_sale() -> None:
    conversation = Conversation(
        talk(
            """
            М: АкваЛайн, слушаю вас.
            К: Это Зимина из санатория, вы нам в мае фильтр ставили. Он второй день хлещет, подвал по щиколотку!
            М: Ох. Воду перекрыли?
            К: Перекрыли, конечно. Я третий раз звоню, мне всё обещают мастера, и никого. Сколько можно?
            М: Приношу извинения, сейчас разберусь.
            К: Вы мне старшего дайте, я с вами время теряю. Не приедете сегодня, будем договор разрывать.
            М: Понимаю. Мастер будет у вас до пяти, я прослежу.
            К: До пяти жду, потом пишу претензию.
            """
        )
    )
    found = LinearTopicReader(TOPIC_WEIGHTS).read(facts(conversation, Candidates(conversation, AT)))
    assert (found.kind, found.mood) == ("service", "negative")


def test_a_field_that_no_training_knew_sounds_where_its_question_is_answered() -> None:
    conversation = Conversation(
        talk(
            """
            М: АкваЛайн, слушаю вас.
            К: Здравствуйте, воду надо почистить, рыжая идёт.
            М: А пьёт её сколько народу, жильцов много в доме?
            К: Сто двадцать, считая детей.
            М: Понял. Когда вам удобно, чтобы приехал мастер?
            К: Давайте в четверг после обеда.
            """
        )
    )
    fields = field_facts(conversation, [one for one in PROFILE.fields if one.key == "uf_residents"])
    turns = facts(conversation, Candidates(conversation, AT))
    found = LinearTopicReader(TOPIC_WEIGHTS).read(turns, fields)
    assert found.places("uf_residents")[:1] in ([2], [3])
    assert max(found.shares["uf_residents"][4:]) < max(found.shares["uf_residents"])


def test_the_same_call_reads_the_same(turns: tuple[TurnFacts, ...], topics: Topics) -> None:
    assert LinearTopicReader(TOPIC_WEIGHTS).read(turns) == topics


def test_a_call_without_words_has_no_topics() -> None:
    assert LinearTopicReader(TOPIC_WEIGHTS).read(()) == Topics()
