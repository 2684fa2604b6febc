"""What every language model must do: the scripted one, one behind an address, and the embedded one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.adapters.llm.embedded import EmbeddedModel
from app.adapters.llm.openai_compatible import OpenAiModel
from app.adapters.llm.token_estimate import tokens_at_most
from app.adapters.models.registry import ModelRegistry
from app.core.cancel import CancelToken
from app.core.errors import Cancelled, ModelOutputRejected, UserFixable
from app.core.language_model import MOST_ODDS, CompletionRequest, LanguageModel, Message
from tests.fakes.language_model import ScriptedModel
from tests.fakes.model_server import Received, Reply, chat, refusal, serving

_CONTEXT_TOKENS = 2048
_SCHEMA = {
    "type": "object",
    "properties": {
        "side": {"enum": ["client", "manager"]},
        "note": {"type": "string", "maxLength": 80},
    },
    "required": ["side", "note"],
    "additionalProperties": False,
}
_QUESTION = CompletionRequest(
    "side",
    (
        Message("system", "Отвечай по разговору."),
        Message("user", "К: Пришлите счёт на сорок ламп.\nМ: Отправлю сегодня.\n\nКто просит счёт?"),
    ),
    _SCHEMA,
    max_tokens=120,
)
_ANSWER = {"side": "client", "note": "Клиент просит счёт на сорок ламп."}


@pytest.fixture(
    params=[
        "scripted",
        "address",
        pytest.param("embedded", marks=[pytest.mark.slow, pytest.mark.timeout(300)]),
    ]
)
def model(request: pytest.FixtureRequest) -> Iterator[LanguageModel]:
    with ExitStack() as stack:
        if request.param == "scripted":
            made: LanguageModel = ScriptedModel(default=_ANSWER, context_tokens=_CONTEXT_TOKENS, odds=3.0)
        elif request.param == "address":
            server = stack.enter_context(serving(_answers))
            made = OpenAiModel(server.address, "", "test", 30, _CONTEXT_TOKENS)
        else:
            made = _embedded(request.getfixturevalue("real_models"))
        stack.callback(made.close)
        yield made


def _embedded(folder: Path) -> EmbeddedModel:
    found = ModelRegistry(folder).language_model("qwen2.5-coder-1.5b")
    return EmbeddedModel(found.file, found.name, context_tokens=_CONTEXT_TOKENS)


def _answers(received: Received) -> Reply:
    """As a real server: it knows its context and stops at the limit."""
    body = received.body
    if body.get("logprobs"):
        return chat("да")
    prompt_tokens = sum(tokens_at_most(message["content"]) for message in body["messages"])
    if prompt_tokens + body["max_tokens"] > _CONTEXT_TOKENS:
        return refusal(400, f"maximum context length is {_CONTEXT_TOKENS} tokens")
    text = json.dumps(_ANSWER, ensure_ascii=False)
    if tokens_at_most(text) > body["max_tokens"]:
        return chat(text[: body["max_tokens"]], finish="length", prompt_tokens=prompt_tokens)
    return chat(text, prompt_tokens=prompt_tokens)


def test_the_answer_fits_the_schema_and_names_its_model(model: LanguageModel) -> None:
    completion = model.complete(_QUESTION, CancelToken())
    assert set(completion.data) == {"side", "note"}
    assert completion.data["side"] in {"client", "manager"}
    assert completion.model == model.name != ""
    assert completion.prompt_tokens > 10
    assert 0 < completion.completion_tokens <= _QUESTION.max_tokens
    assert completion.seconds >= 0


def test_the_same_question_gets_the_same_answer(model: LanguageModel) -> None:
    first = model.complete(_QUESTION, CancelToken())
    assert model.complete(_QUESTION, CancelToken()).data == first.data


def test_a_prompt_longer_than_the_context_is_refused_by_name(model: LanguageModel) -> None:
    long = CompletionRequest("side", (Message("user", "Сорок ламп. " * 2000),), _SCHEMA)
    with pytest.raises(UserFixable) as caught:
        model.complete(long, CancelToken())
    assert caught.value.code == "llm.context"


def test_an_answer_that_reaches_its_limit_is_an_error(model: LanguageModel) -> None:
    short = CompletionRequest("side", _QUESTION.messages, _SCHEMA, max_tokens=5)
    with pytest.raises(ModelOutputRejected) as caught:
        model.complete(short, CancelToken())
    assert caught.value.code == "llm.cut"


def test_nothing_is_asked_once_the_token_is_set(model: LanguageModel) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        model.complete(_QUESTION, cancel)


def test_odds_lean_to_the_word_that_is_true_and_stay_the_same(model: LanguageModel) -> None:
    asked = (
        Message("system", "Отвечай одним словом: да или нет.\n\n"),
        Message("user", "Клиент сказал: «Пришлите счёт на сорок ламп». Клиент просит счёт?"),
    )
    odds = model.odds(asked, "да", "нет", CancelToken())
    assert odds is not None
    assert 0 < odds <= MOST_ODDS
    assert model.odds(asked, "да", "нет", CancelToken()) == odds


def test_more_text_has_more_tokens(model: LanguageModel) -> None:
    assert model.count_tokens("") == 0
    few, many = model.count_tokens("сорок ламп"), model.count_tokens("сорок ламп и сорок светильников")
    assert 0 < few < many
    assert model.context_tokens == _CONTEXT_TOKENS


def test_closing_twice_is_no_error(model: LanguageModel) -> None:
    model.complete(_QUESTION, CancelToken())
    model.close()
    model.close()
