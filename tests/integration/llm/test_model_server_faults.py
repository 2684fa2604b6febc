"""Every way a model server can misbehave, over a real connection, and the plain sentence each of them becomes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from app.adapters.llm.openai_compatible import OpenAiModel
from app.core.cancel import CancelToken
from app.core.errors import Cancelled, ExternalFailure, ModelOutputRejected, UserFixable, VizirError
from app.core.language_model import Completion, CompletionRequest, Message
from tests.fakes.model_server import Behaviour, ModelServer, Received, Reply, chat, closed_port, refusal

_QUESTION = CompletionRequest(
    "budget",
    (Message("system", "Отвечай по разговору."), Message("user", "Какой бюджет?")),
    {
        "type": "object",
        "properties": {"budget": {"type": "integer"}},
        "required": ["budget"],
        "additionalProperties": False,
    },
    max_tokens=64,
)

Ask = Callable[..., Completion]


@pytest.fixture
def start() -> Iterator[Callable[[Behaviour], ModelServer]]:
    servers: list[ModelServer] = []

    def begin(behave: Behaviour) -> ModelServer:
        servers.append(ModelServer(behave))
        return servers[-1]

    yield begin
    for server in servers:
        server.close()


@pytest.fixture
def model_at() -> Iterator[Callable[..., OpenAiModel]]:
    models: list[OpenAiModel] = []

    def make(address: str, name: str = "test", timeout_s: float = 20.0, key: str = "secret-key") -> OpenAiModel:
        models.append(OpenAiModel(address, key, name, timeout_s, 4096))
        return models[-1]

    yield make
    for model in models:
        model.close()


@pytest.fixture
def failure_of(
    start: Callable[[Behaviour], ModelServer], model_at: Callable[..., OpenAiModel]
) -> Callable[[Behaviour | Reply], VizirError]:
    """The error a question ends in, with a server that behaves so."""

    def ask(behaviour: Behaviour | Reply) -> VizirError:
        server = start(behaviour if callable(behaviour) else lambda _received: behaviour)
        with pytest.raises(VizirError) as caught:
            model_at(server.address).complete(_QUESTION, CancelToken())
        assert caught.value.message.endswith(".")
        assert caught.value.hint.endswith(".")
        assert "secret-key" not in repr(vars(caught.value))
        return caught.value

    return ask


@pytest.mark.parametrize(
    ("reply", "code", "kind"),
    [
        (refusal(401, "Incorrect API key"), "llm.auth", UserFixable),
        (refusal(403, "forbidden"), "llm.auth", UserFixable),
        (Reply(407, "proxy wants a password", content_type="text/plain"), "llm.auth", UserFixable),
        (refusal(402, "pay first"), "llm.quota", UserFixable),
        (refusal(429, "You exceeded your current quota"), "llm.quota", UserFixable),
        (refusal(429, "slow down"), "llm.busy", ExternalFailure),
        (refusal(503, "Loading model"), "llm.busy", ExternalFailure),
        (refusal(500, "out of order"), "llm.server_failed", ExternalFailure),
        (Reply(502, "<html>Bad Gateway</html>", content_type="text/html"), "llm.unreachable", ExternalFailure),
        (Reply(504, "", content_type="text/html"), "llm.timeout", ExternalFailure),
        (refusal(404, 'model "test" not found, try pulling it first'), "llm.no_model", UserFixable),
        (Reply(404, "<html>Not Found</html>", content_type="text/html"), "llm.address", UserFixable),
        (Reply(405, "", content_type="text/plain"), "llm.address", UserFixable),
        (refusal(400, "This model's maximum context length is 4096 tokens"), "llm.context", UserFixable),
        (refusal(400, "the request exceeds the available context size"), "llm.context", UserFixable),
        (refusal(400, "no such thing"), "llm.request_refused", UserFixable),
        (Reply(200, "<html>Вход в сеть</html>", content_type="text/html"), "llm.not_a_model", ExternalFailure),
        (Reply(200, ""), "llm.not_a_model", ExternalFailure),
        (Reply(200, '{"status": "ok"}'), "llm.not_a_model", ExternalFailure),
        (Reply(200, "[1, 2]"), "llm.not_a_model", ExternalFailure),
        (Reply(200, '{"choices": [{"message"'), "llm.broken_off", ExternalFailure),
        (Reply(200, '{"choices": [', promised_bytes=4000), "llm.broken_off", ExternalFailure),
        (Reply(is_hung_up=True), "llm.broken_off", ExternalFailure),
        (Reply(200, '{"error": {"message": "upstream is busy", "code": 429}}'), "llm.busy", ExternalFailure),
        (chat('{"budget": 12', finish="length"), "llm.cut", ModelOutputRejected),
        (chat("", refusal="I cannot"), "llm.declined", ModelOutputRejected),
        (chat("не знаю"), "llm.bad_output", ModelOutputRejected),
        (chat({"budget": "много"}), "llm.bad_output", ModelOutputRejected),
        (chat({"budget": 5, "extra": 1}), "llm.bad_output", ModelOutputRejected),
    ],
)
def test_each_misbehaviour_has_its_name(
    failure_of: Callable[[Reply], VizirError], reply: Reply, code: str, kind: type[VizirError]
) -> None:
    failure = failure_of(reply)
    assert (failure.code, type(failure)) == (code, kind)


def test_a_server_that_is_down_is_unreachable(model_at: Callable[..., OpenAiModel]) -> None:
    with pytest.raises(ExternalFailure) as caught:
        model_at(f"http://127.0.0.1:{closed_port()}").complete(_QUESTION, CancelToken())
    assert caught.value.code == "llm.unreachable"


def test_a_slow_server_is_given_up(
    start: Callable[[Behaviour], ModelServer], model_at: Callable[..., OpenAiModel]
) -> None:
    server = start(lambda _received: chat({}))
    server.behave = server.held_up
    with pytest.raises(ExternalFailure) as caught:
        model_at(server.address, timeout_s=0.3).complete(_QUESTION, CancelToken())
    assert caught.value.code == "llm.timeout"


@pytest.mark.parametrize("as_date", [False, True])
def test_the_wait_a_busy_server_asks_for_is_passed_on(
    failure_of: Callable[[Reply], VizirError], *, as_date: bool
) -> None:
    in_two_minutes = format_datetime(datetime.now(UTC) + timedelta(minutes=2), usegmt=True)
    failure = failure_of(refusal(429, "slow down", Retry_After=in_two_minutes if as_date else "17"))
    assert isinstance(failure, ExternalFailure)
    assert failure.retry_after_s is not None
    assert 10 < failure.retry_after_s <= 120


def test_a_redirect_is_refused_and_the_text_goes_nowhere(
    start: Callable[[Behaviour], ModelServer], model_at: Callable[..., OpenAiModel]
) -> None:
    other = start(lambda _received: chat({"budget": 1}))
    server = start(lambda _received: Reply(307, "", {"Location": other.address + "/chat/completions"}))
    with pytest.raises(UserFixable) as caught:
        model_at(server.address).complete(_QUESTION, CancelToken())
    assert caught.value.code == "llm.address"
    assert other.received == []


def test_a_prompt_the_server_has_cut_in_silence_is_noticed(
    start: Callable[[Behaviour], ModelServer], model_at: Callable[..., OpenAiModel]
) -> None:
    server = start(lambda _received: chat({"budget": 1}, prompt_tokens=2048))
    long = CompletionRequest("budget", (Message("user", "Сорок ламп на склад. " * 2000),), _QUESTION.schema)
    with pytest.raises(UserFixable) as caught:
        model_at(server.address).complete(long, CancelToken())
    assert caught.value.code == "llm.context"


def test_a_broken_answer_is_repaired_once(
    start: Callable[[Behaviour], ModelServer], model_at: Callable[..., OpenAiModel]
) -> None:
    replies = iter([chat({"budget": "двести"}), chat({"budget": 200})])
    server = start(lambda _received: next(replies))
    completion = model_at(server.address).complete(_QUESTION, CancelToken())
    assert completion.data == {"budget": 200}
    told = server.received[1].body["messages"]
    assert [message["role"] for message in told] == ["system", "user", "assistant", "user"]
    assert completion.prompt_tokens == 24


@pytest.mark.parametrize(
    "text",
    [
        '```json\n{"budget": 200}\n```',
        'Вот ответ: {"budget": 200}',
        '<think>{"budget": 1}? нет</think>{"budget": 200}',
    ],
)
def test_an_answer_in_wrapping_is_unwrapped(
    start: Callable[[Behaviour], ModelServer], model_at: Callable[..., OpenAiModel], text: str
) -> None:
    server = start(lambda _received: chat(text))
    assert model_at(server.address).complete(_QUESTION, CancelToken()).data == {"budget": 200}


def _knows(*formats: str) -> Behaviour:
    def behave(received: Received) -> Reply:
        wanted = received.body.get("response_format", {"type": "none"})["type"]
        if wanted not in formats:
            return refusal(400, f"response_format {wanted} is not supported")
        return chat({"budget": 200})

    return behave


@pytest.mark.parametrize("known", ["json_object", "none"])
def test_a_server_without_schemas_is_told_the_schema_and_asked_about_it_once(
    start: Callable[[Behaviour], ModelServer], model_at: Callable[..., OpenAiModel], known: str
) -> None:
    server = start(_knows(known))
    model = model_at(server.address)
    model.complete(_QUESTION, CancelToken())
    tries = len(server.received)
    model.complete(_QUESTION, CancelToken())
    assert len(server.received) == tries + 1
    assert '"budget"' in server.received[-1].body["messages"][-1]["content"]


def test_a_model_that_knows_no_temperature_is_asked_without(
    start: Callable[[Behaviour], ModelServer], model_at: Callable[..., OpenAiModel]
) -> None:
    def behave(received: Received) -> Reply:
        if "max_tokens" in received.body:
            return refusal(400, "Use 'max_completion_tokens' instead.")
        if "temperature" in received.body:
            return refusal(400, "'temperature' does not support 0 with this model.")
        return chat({"budget": 200})

    server = start(behave)
    assert model_at(server.address).complete(_QUESTION, CancelToken()).data == {"budget": 200}


def test_what_is_sent_is_fixed_and_bound_to_the_schema(
    start: Callable[[Behaviour], ModelServer], model_at: Callable[..., OpenAiModel]
) -> None:
    server = start(lambda _received: chat({"budget": 200}))
    model = model_at(server.address)
    model.complete(_QUESTION, CancelToken())
    model.complete(_QUESTION, CancelToken())
    first, second = (received.body for received in server.received)
    assert first == second
    assert (first["temperature"], first["max_tokens"]) == (0, 64)
    assert isinstance(first["seed"], int)
    assert first["response_format"]["json_schema"]["schema"] == _QUESTION.schema
    assert server.received[0].path == "/v1/chat/completions"
    assert server.received[0].headers["authorization"] == "Bearer secret-key"


def test_keys_of_other_programs_are_not_sent(
    start: Callable[[Behaviour], ModelServer], model_at: Callable[..., OpenAiModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "somebody-elses")
    server = start(lambda _received: chat({"budget": 200}))
    model_at(server.address, key="").complete(_QUESTION, CancelToken())
    assert "somebody-elses" not in repr(server.received[0].headers)


def test_cancelling_closes_the_request_at_once(
    start: Callable[[Behaviour], ModelServer], model_at: Callable[..., OpenAiModel]
) -> None:
    server = start(lambda _received: chat({}))
    server.behave = server.held_up
    cancel = CancelToken()

    def cancel_on_arrival() -> None:
        server.arrived.wait(10)
        cancel.cancel()

    watcher = threading.Thread(target=cancel_on_arrival)
    watcher.start()
    with pytest.raises(Cancelled):
        model_at(server.address).complete(_QUESTION, cancel)
    watcher.join()
    assert not server.release.is_set()


def test_without_a_name_the_only_model_of_the_server_is_asked(
    start: Callable[[Behaviour], ModelServer], model_at: Callable[..., OpenAiModel]
) -> None:
    def behave(received: Received) -> Reply:
        if received.path == "/v1/models":
            return Reply(200, '{"object": "list", "data": [{"id": "the-one", "object": "model"}]}')
        return chat({"budget": 200})

    server = start(behave)
    assert model_at(server.address, name="").complete(_QUESTION, CancelToken()).model == "the-one"
    assert server.received[-1].body["model"] == "the-one"


def test_without_a_name_several_models_are_offered_for_choice(
    start: Callable[[Behaviour], ModelServer], model_at: Callable[..., OpenAiModel]
) -> None:
    server = start(lambda _received: Reply(200, '{"data": [{"id": "small"}, {"id": "large"}]}'))
    with pytest.raises(UserFixable) as caught:
        model_at(server.address, name="").complete(_QUESTION, CancelToken())
    assert caught.value.code == "llm.no_model"
    assert "small, large" in caught.value.hint


def test_the_list_of_models_tries_address_and_key(
    start: Callable[[Behaviour], ModelServer], model_at: Callable[..., OpenAiModel]
) -> None:
    server = start(lambda _received: refusal(401, "no"))
    with pytest.raises(UserFixable) as caught:
        model_at(server.address).models(CancelToken())
    assert caught.value.code == "llm.auth"


def test_a_server_elsewhere_is_reached_through_the_proxy_of_the_system(
    start: Callable[[Behaviour], ModelServer], model_at: Callable[..., OpenAiModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = start(lambda _received: chat({"budget": 200}))
    monkeypatch.setenv("HTTP_PROXY", proxy.address.removesuffix("/v1"))
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert model_at("http://llm.example/v1").complete(_QUESTION, CancelToken()).data == {"budget": 200}
    assert proxy.received[0].path == "http://llm.example/v1/chat/completions"


def test_a_server_on_this_machine_is_reached_without_the_proxy(
    start: Callable[[Behaviour], ModelServer], model_at: Callable[..., OpenAiModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start(lambda _received: chat({"budget": 200}))
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    assert model_at(server.address).complete(_QUESTION, CancelToken()).data == {"budget": 200}


_WORD = (Message("user", "Есть ли ответ?"),)


def test_a_server_that_names_no_likelihoods_is_taken_at_its_word_or_left_out(
    start: Callable[[Behaviour], ModelServer], model_at: Callable[..., OpenAiModel]
) -> None:
    said = start(lambda _received: chat("Нет"))
    assert model_at(said.address).odds(_WORD, "да", "нет", CancelToken()) == -10
    refuses = start(lambda _received: refusal(400, "logprobs are not supported by this model"))
    assert model_at(refuses.address).odds(_WORD, "да", "нет", CancelToken()) is None


def test_odds_of_a_server_that_is_gone_or_no_model_are_a_plain_error(
    start: Callable[[Behaviour], ModelServer], model_at: Callable[..., OpenAiModel]
) -> None:
    with pytest.raises(ExternalFailure) as gone:
        model_at(f"http://127.0.0.1:{closed_port()}").odds(_WORD, "да", "нет", CancelToken())
    assert gone.value.code == "llm.unreachable"
    page = start(lambda _received: Reply(body="<html>Welcome</html>"))
    with pytest.raises(VizirError) as no_model:
        model_at(page.address).odds(_WORD, "да", "нет", CancelToken())
    assert no_model.value.code == "llm.not_a_model"
