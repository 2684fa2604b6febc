"""The embedded language model: a private server in a child process, there only while it is needed."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.adapters.llm.embedded_server import ServerOrder, ServerStarted
from app.adapters.llm.openai_compatible import OpenAiModel
from app.adapters.llm.prefix_cache import PrefixCache, pieces_of
from app.core.cancel import CancelToken
from app.core.errors import ExternalFailure, UserFixable, VizirError
from app.core.i18n import _, language
from app.core.language_model import Completion, CompletionRequest, Message
from app.jobs.child import ChildGone, ChildProcess

if TYPE_CHECKING:
    import httpx2

_log = logging.getLogger(__name__)
_ENTRY = "app.adapters.llm.embedded_server:serve"
_POLL_S = 0.2
_START_S = 300.0
_COUNT_S = 60.0
_ENDING_S = 1.0
_THREADS_MAX = 8


class EmbeddedModel:
    """A GGUF model on this machine.

    The server starts with the first question, stops after `idle_s` seconds without one, and dies with the program.
    Requests are answered one at a time. A beginning shared with the request before, up to a blank line, is not read
    again; the answer is the same as if it were.

    Args:
        gguf_path: The model's file.
        name: Name and quantisation, recorded beside drafts.
        context_tokens: Tokens that prompt and answer may have together; the memory for them is taken at the start.
        idle_s: Seconds of idleness after which the server is stopped.
        threads: Threads of the server; None takes the physical cores.
        timeout_s: Seconds for a whole answer; the machine may be slow, so this is only a last resort.
    """

    def __init__(
        self,
        gguf_path: Path,
        name: str,
        *,
        context_tokens: int = 8192,
        idle_s: float = 300.0,
        threads: int | None = None,
        timeout_s: float = 1800.0,
    ) -> None:
        self._file = gguf_path
        self._name = name
        self._context_tokens = context_tokens
        self._idle_s = idle_s
        self._threads = threads or physical_cores()
        self._timeout_s = timeout_s
        self._turn = threading.RLock()
        self._child: ChildProcess | None = None
        self._model: OpenAiModel | None = None
        self._prefixes: PrefixCache | None = None
        self._counter: httpx2.Client | None = None
        self._idle_timer: threading.Timer | None = None

    @property
    def name(self) -> str:
        return self._name

    @property
    def context_tokens(self) -> int:
        return self._context_tokens

    @property
    def is_running(self) -> bool:
        """True while the server takes memory."""
        return self._child is not None and self._child.is_alive

    @property
    def server_pid(self) -> int | None:
        """Process id of the server; None while there is none."""
        return self._child.pid if self._child else None

    def count_tokens(self, text: str) -> int:
        """Exact; starts the server. Raises UserFixable and ExternalFailure as `complete` does."""
        with self._serving(CancelToken()):
            return self._count(text)

    def complete(self, request: CompletionRequest, cancel: CancelToken) -> Completion:
        """Ask; raises as `LanguageModel` says, and ExternalFailure ``llm.stopped`` when the server was killed."""
        with self._serving(cancel) as model:
            return model.complete(request, cancel)

    def odds(self, messages: tuple[Message, ...], one: str, other: str, cancel: CancelToken) -> float | None:
        """See `LanguageModel`; None while it answers somebody else, for a draft takes up to a minute."""
        if not self._turn.acquire(blocking=False):
            return None
        try:
            with self._serving(cancel) as model:
                return model.odds(messages, one, other, cancel)
        finally:
            self._turn.release()

    def warm_up(self, cancel: CancelToken) -> None:
        """Start the server now, so that the first question does not wait for it."""
        with self._serving(cancel):
            return

    def close(self) -> None:
        with self._turn:
            self._stop()

    @contextmanager
    def _serving(self, cancel: CancelToken) -> Iterator[OpenAiModel]:
        while not self._turn.acquire(timeout=_POLL_S):
            cancel.raise_if_cancelled()
        try:
            self._disarm()
            yield self._started(cancel)
        except ExternalFailure as error:
            # A server that no longer answers is not asked again, though its process may still be ending.
            if self._child is not None and (error.code == "llm.stopped" or self._child.ends_within(_ENDING_S)):
                self._stop()
                raise _stopped(error.detail) from error
            raise
        finally:
            if self.is_running:
                self._arm()
            self._turn.release()

    def _started(self, cancel: CancelToken) -> OpenAiModel:
        if self._model is not None and self.is_running:
            return self._model
        self._stop()
        if not self._file.is_file():
            raise UserFixable(
                "llm.no_model",
                _("Встроенная языковая модель не загружена на этот компьютер."),
                hint=_("Загрузите её в настройках или командой setup."),
                detail=str(self._file),
                action="open_settings_llm",
            )
        key = secrets.token_urlsafe(32)
        started = time.monotonic()
        child = self._child = ChildProcess(_ENTRY, "vizir-language-model")
        try:
            child.start()
            child.send(ServerOrder(self._file, key, self._context_tokens, self._threads, language()))
            answer = self._first_word(child, cancel)
        except ChildGone as error:
            self._stop()
            raise _stopped(repr(error)) from error
        except BaseException:
            self._stop()
            raise
        _log.info("%s started in %.1f s, process %s", self._name, time.monotonic() - started, child.pid)
        return self._connected(answer, key)

    def _first_word(self, child: ChildProcess, cancel: CancelToken) -> ServerStarted:
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            cancel.raise_if_cancelled()
            word = child.receive(_POLL_S)
            if isinstance(word, VizirError):
                raise word
            if isinstance(word, ServerStarted):
                return word
        raise _stopped(f"no word from the server within {_START_S:g} s")

    def _connected(self, server: ServerStarted, key: str) -> OpenAiModel:
        import httpx2

        self._counter = httpx2.Client(
            base_url=server.address,
            headers={"Authorization": f"Bearer {key}"},
            timeout=_COUNT_S,
            trust_env=False,
        )
        model = self._model = OpenAiModel(
            server.address,
            key,
            self._name,
            self._timeout_s,
            self._context_tokens,
            count=self._count,
            count_prompt=self._count_prompt,
            prepare=self._prepared,
            label=self._name,
        )
        self._prefixes = PrefixCache(model.read_prompt)
        return model

    async def _prepared(self, messages: tuple[Message, ...]) -> dict[str, Any]:
        assert self._prefixes is not None  # noqa: S101
        return {"cache_prompt": await self._prefixes.hold(self._pieces(messages))}

    def _count(self, text: str) -> int:
        return len(self._asked("/tokenize", {"content": text})["tokens"])

    def _count_prompt(self, messages: tuple[Message, ...]) -> int:
        return sum(len(piece) for piece in self._pieces(messages))

    def _pieces(self, messages: tuple[Message, ...]) -> list[tuple[int, ...]]:
        turns = [{"role": message.role, "content": message.text} for message in messages]
        prompt = self._asked("/apply-template", {"messages": turns})["prompt"]
        return [
            tuple(
                self._asked("/tokenize", {"content": piece, "add_special": number == 0, "parse_special": True})[
                    "tokens"
                ]
            )
            for number, piece in enumerate(pieces_of(prompt))
        ]

    def _asked(self, path: str, order: dict[str, Any]) -> dict[str, Any]:
        import httpx2

        assert self._counter is not None  # noqa: S101
        try:
            reply = self._counter.post(path, json=order).raise_for_status()
            answer: dict[str, Any] = reply.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise _stopped(repr(error)) from error
        return answer

    def _stop(self) -> None:
        self._disarm()
        model, self._model = self._model, None
        counter, self._counter = self._counter, None
        child, self._child = self._child, None
        if child is not None:
            child.stop()
        if model is not None:
            model.close()
        if counter is not None:
            counter.close()

    def _arm(self) -> None:
        timer = self._idle_timer = threading.Timer(self._idle_s, self._rest)
        timer.daemon = True
        timer.name = "language-model-idle"
        timer.start()

    def _disarm(self) -> None:
        timer, self._idle_timer = self._idle_timer, None
        if timer is not None:
            timer.cancel()

    def _rest(self) -> None:
        with self._turn:
            # A request may have come while this thread waited for its turn; it has armed a newer timer.
            if self._idle_timer is threading.current_thread():
                _log.info("%s stopped: idle", self._name)
                self._stop()


def physical_cores() -> int:
    """Cores without hyper-threads, which only get into each other's way here."""
    import psutil

    return max(1, min(psutil.cpu_count(logical=False) or psutil.cpu_count() or 1, _THREADS_MAX))


def _stopped(detail: str) -> ExternalFailure:
    return ExternalFailure(
        "llm.stopped",
        _("Встроенная языковая модель неожиданно остановилась."),
        hint=_("Повторите; если не хватает памяти, закройте другие программы или выберите модель меньше."),
        detail=detail,
        action="open_settings_llm",
    )
