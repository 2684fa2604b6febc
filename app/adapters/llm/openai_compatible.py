"""A language model behind any address that speaks OpenAI's protocol: a cloud, vLLM, Ollama, LM Studio, llama.cpp."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from app.adapters.llm import failures
from app.adapters.llm.answer_check import BrokenAnswerError, checked_answer
from app.adapters.llm.dialect import Dialect, with_schema_told
from app.adapters.llm.likelihoods import odds_of
from app.adapters.llm.loop_thread import LoopThread
from app.adapters.llm.token_estimate import tokens_at_least, tokens_at_most
from app.core.cancel import CancelToken
from app.core.errors import ModelOutputRejected, VizirError
from app.core.i18n import _
from app.core.language_model import Completion, CompletionRequest, Message

if TYPE_CHECKING:
    import openai

_log = logging.getLogger(__name__)
_CONNECT_S = 10.0
_REPAIR_CHARS = 2_000
_TRUNCATION_TOKENS = 1_000


@dataclass(frozen=True, slots=True)
class _Reply:
    text: str
    prompt_tokens: int
    completion_tokens: int


class OpenAiModel:
    """Asks a server and checks its answer.

    Args:
        address: Base address; ``/v1`` is added to one without a path.
        key: The key for the server; "" where it wants none.
        model_name: Name on the server; "" takes the only one it has.
        timeout_s: Seconds for a whole answer.
        context_tokens: Tokens that prompt and answer may have together.
        count: Exact tokens of a text, where the server counts them.
        count_prompt: Exact tokens of a whole prompt; with it a prompt that is too long is not sent.
        prepare: Awaited before each request with its prompt; tells what else llama.cpp's server must be told.
        label: The name recorded beside drafts; the server's name of the model without one.

    Raises:
        UserFixable: ``llm.address`` when the address cannot be one.
    """

    def __init__(
        self,
        address: str,
        key: str,
        model_name: str,
        timeout_s: float,
        context_tokens: int,
        *,
        count: Callable[[str], int] | None = None,
        count_prompt: Callable[[tuple[Message, ...]], int] | None = None,
        prepare: Callable[[tuple[Message, ...]], Awaitable[dict[str, Any]]] | None = None,
        label: str = "",
    ) -> None:
        self._address = base_address(address)
        self._key = key
        self._model = model_name
        self._timeout_s = timeout_s
        self._context_tokens = context_tokens
        self._count = count
        self._count_prompt = count_prompt
        self._prepare = prepare
        self._label = label
        self._dialect = Dialect()
        self._loop = LoopThread("language-model")
        self._client: openai.AsyncOpenAI | None = None

    @property
    def name(self) -> str:
        return self._label or self._model or failures.server_name(self._address)

    @property
    def context_tokens(self) -> int:
        return self._context_tokens

    def count_tokens(self, text: str) -> int:
        return self._count(text) if self._count else tokens_at_most(text)

    def complete(self, request: CompletionRequest, cancel: CancelToken) -> Completion:
        """Ask, with one repair attempt when the answer is broken. Raises as `LanguageModel` says."""
        cancel.raise_if_cancelled()
        if self._count_prompt is not None:
            needed = self._count_prompt(request.messages) + request.max_tokens
            if needed > self._context_tokens:
                raise failures.too_long(needed, self._context_tokens, request.purpose)
        started = time.monotonic()
        completion = self._loop.run(lambda: self._answer(request), cancel)
        done = replace(completion, seconds=time.monotonic() - started)
        _log.info(
            "%s: %s read %d, wrote %d tokens in %.1f s",
            request.purpose,
            done.model,
            done.prompt_tokens,
            done.completion_tokens,
            done.seconds,
        )
        return done

    def odds(self, messages: tuple[Message, ...], one: str, other: str, cancel: CancelToken) -> float | None:
        """See `LanguageModel`; a server that only says one of the words is taken to be sure of it."""
        cancel.raise_if_cancelled()
        return self._loop.run(lambda: self._odds(messages, one, other), cancel)

    def models(self, cancel: CancelToken) -> tuple[str, ...]:
        """Names of the models on the server; also the cheapest way to try address and key."""
        return self._loop.run(self._list, cancel)

    def close(self) -> None:
        self._loop.close(self._close_client)

    async def _answer(self, request: CompletionRequest) -> Completion:
        if not self._model:
            self._model = self._only_one(await self._list())
        first = await self._ask(request, request.messages)
        try:
            data = checked_answer(first.text, request.schema)
        except BrokenAnswerError as broken:
            # The reason may quote what people said, so it stays out of the log.
            _log.warning("%s: the answer of %s is broken, asked once more", request.purpose, self.name)
            return await self._repair(request, first, broken)
        return Completion(data, self.name, first.prompt_tokens, first.completion_tokens, 0.0)

    async def _repair(self, request: CompletionRequest, first: _Reply, broken: BrokenAnswerError) -> Completion:
        order = f"Этот ответ не подходит: {broken.reason}. Дай исправленный."
        messages = (
            *request.messages,
            Message("assistant", first.text[:_REPAIR_CHARS] or "{}"),
            Message("user", order),
        )
        if not self._dialect.is_schema_told:
            messages = with_schema_told(messages, request.schema)
        second = await self._ask(request, messages)
        try:
            data = checked_answer(second.text, request.schema)
        except BrokenAnswerError as again:
            raise ModelOutputRejected(
                "llm.bad_output",
                _("Модель «{model}» дважды ответила не по форме.").format(model=self.name),
                hint=_("Повторите или выберите другую модель."),
                detail=f"{request.purpose}: {again.reason}\n{second.text}",
                action="open_settings_llm",
            ) from again
        if not broken.is_json:
            # The server takes the schema and ignores it: from now on the prompt says it.
            self._dialect = replace(self._dialect, is_schema_told=True)
        return Completion(
            data,
            self.name,
            first.prompt_tokens + second.prompt_tokens,
            first.completion_tokens + second.completion_tokens,
            0.0,
        )

    async def _ask(self, request: CompletionRequest, messages: tuple[Message, ...]) -> _Reply:
        import openai

        more = await self._prepare(messages) if self._prepare is not None else {}
        dialect: Dialect | None = self._dialect
        while True:
            assert dialect is not None  # noqa: S101
            body = dialect.body(request, messages, self._model) | ({"extra_body": more} if more else {})
            try:
                text = await self._sent(lambda: self._opened().chat.completions.with_raw_response.create(**body))  # noqa: B023
            except openai.APIStatusError as error:
                failure, said = self._of_status(error), error.response.text
                dialect = dialect.after_refusal(said) if failure.code == "llm.request_refused" else None
                if dialect is None:
                    raise failure from error
                continue
            self._dialect = dialect
            return self._read(text, request, messages)

    async def _odds(self, messages: tuple[Message, ...], one: str, other: str) -> float | None:
        import openai

        if not self._model:
            self._model = self._only_one(await self._list())
        more = await self._prepare(messages) if self._prepare is not None else {}
        body = self._dialect.body_for_likelihoods(messages, self._model) | ({"extra_body": more} if more else {})
        try:
            text = await self._sent(lambda: self._opened().chat.completions.with_raw_response.create(**body))
        except openai.APIStatusError as error:
            failure = self._of_status(error)
            if failure.code == "llm.request_refused":
                # Some servers, and some models behind them, name no likelihoods.
                return None
            raise failure from error
        try:
            return odds_of(text, one, other)
        except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
            raise failures.not_a_model(self._address, text) from error

    async def read_prompt(self, tokens: tuple[int, ...], is_reuse_allowed: bool) -> None:
        """Have llama.cpp's server read a prompt and answer nothing; to be awaited in `prepare`."""
        import openai

        try:
            await self._sent(
                lambda: self._opened().completions.with_raw_response.create(
                    model=self._model,
                    prompt=list(tokens),
                    max_tokens=0,
                    extra_body={"n_predict": 0, "cache_prompt": is_reuse_allowed},
                )
            )
        except openai.APIStatusError as error:
            raise self._of_status(error) from error

    async def _sent(self, send: Callable[[], Awaitable[Any]]) -> str:
        import httpx2
        import openai

        try:
            async with asyncio.timeout(self._timeout_s):
                text: str = (await send()).text
                return text
        except openai.APIStatusError:
            raise
        except TimeoutError as error:
            raise failures.timed_out(self._address, self._timeout_s) from error
        except (openai.OpenAIError, httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise failures.of_vendor(error, address=self._address, timeout_s=self._timeout_s) from error

    async def _list(self) -> tuple[str, ...]:
        import openai

        try:
            answer = json.loads(await self._sent(self._opened().models.with_raw_response.list))
            return tuple(str(model["id"]) for model in answer["data"])
        except openai.APIStatusError as error:
            raise self._of_status(error) from error
        except (ValueError, KeyError, TypeError) as error:
            raise failures.not_a_model(self._address, repr(error)) from error

    def _of_status(self, error: openai.APIStatusError) -> VizirError:
        response = error.response
        headers = {name.lower(): value for name, value in response.headers.items()}
        return failures.of_status(
            response.status_code,
            response.text,
            headers,
            address=self._address,
            model=self._model,
            context_tokens=self._context_tokens,
        )

    def _read(self, text: str, request: CompletionRequest, messages: tuple[Message, ...]) -> _Reply:
        try:
            answer = json.loads(text)
        except ValueError as error:
            if text.lstrip().startswith("{"):
                raise failures.broken_off(self._address, repr(error)) from error
            raise failures.not_a_model(self._address, text) from error
        try:
            packed = failures.error_in_body(answer)
            if packed is not None:
                raise failures.of_status(
                    *packed, {}, address=self._address, model=self._model, context_tokens=self._context_tokens
                )
            choice = answer["choices"][0]
            content, finish = choice["message"].get("content") or "", choice.get("finish_reason")
            refusal = choice["message"].get("refusal")
            usage = answer.get("usage") or {}
            reply = _Reply(str(content), int(usage.get("prompt_tokens", 0)), int(usage.get("completion_tokens", 0)))
        except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
            raise failures.not_a_model(self._address, text) from error
        if finish == "length":
            raise ModelOutputRejected(
                "llm.cut",
                _("Ответ модели «{model}» не уместился и был оборван.").format(model=self.name),
                hint=_("Повторите или выберите другую модель."),
                detail=f"{request.purpose}: {request.max_tokens} tokens\n{reply.text}",
            )
        if finish == "content_filter" or (refusal and not content):
            raise ModelOutputRejected(
                "llm.declined",
                _("Модель «{model}» отказалась отвечать на этот запрос.").format(model=self.name),
                hint=_("Выберите другую модель."),
                detail=f"{request.purpose}: {refusal}",
            )
        # Some servers drop the beginning of a prompt that is too long and answer as if nothing had happened.
        least = sum(tokens_at_least(message.text) for message in messages)
        if _TRUNCATION_TOKENS <= reply.prompt_tokens < least:
            raise failures.too_long(least, reply.prompt_tokens, f"{request.purpose}: the server read less than it got")
        return reply

    def _only_one(self, offered: tuple[str, ...]) -> str:
        if len(offered) != 1:
            raise failures.no_model("", offered)
        return offered[0]

    def _opened(self) -> openai.AsyncOpenAI:
        if self._client is None:
            import httpx2
            import openai

            # Redirects are not followed: text may go to no other server than the chosen one. The client's own look
            # into OPENAI_* variables is shut out too: they belong to other programs.
            self._client = openai.AsyncOpenAI(
                api_key=self._key or "none",
                admin_api_key="",
                organization="",
                project="",
                base_url=self._address,
                max_retries=0,
                default_headers={"OpenAI-Organization": openai.Omit(), "OpenAI-Project": openai.Omit()},  # type: ignore[dict-item]
                http_client=httpx2.AsyncClient(
                    timeout=httpx2.Timeout(None, connect=_CONNECT_S),
                    follow_redirects=False,
                    trust_env=not _is_loopback(self._address),
                ),
            )
        return self._client

    async def _close_client(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()


def base_address(address: str) -> str:
    """The address requests go to, from what a person typed. Raises UserFixable ``llm.address``."""
    typed = address.strip()
    parts = urlsplit(typed if "://" in typed else f"http://{typed}")
    try:
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_address = False
    if not is_address:
        raise failures.bad_address(address)
    path = parts.path.rstrip("/").removesuffix("/chat/completions").rstrip("/") or "/v1"
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def _is_loopback(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
