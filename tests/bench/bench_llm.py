"""The embedded language model by itself: start, tokens a second, memory, and what a shared beginning saves."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import psutil

from app.adapters.llm.embedded import EmbeddedModel
from app.adapters.models.registry import ModelRegistry
from app.core.cancel import CancelToken
from app.core.errors import Cancelled
from app.core.language_model import CompletionRequest, Message
from app.settings import Folders
from tests.bench.figures import Figure, at_most

_MODEL = "qwen2.5-coder-1.5b"
_SHORT = {
    "type": "object",
    "properties": {"turns": {"type": "array", "items": {"type": "integer"}, "maxItems": 3}},
    "required": ["turns"],
    "additionalProperties": False,
}
_LONG = {
    "type": "object",
    "properties": {"story": {"type": "string", "minLength": 300, "maxLength": 420}},
    "required": ["story"],
    "additionalProperties": False,
}
_TALK = "\n".join(
    f"{n} {'М' if n % 2 else 'К'}: По светильникам для цеха номер {n}: нужно {n * 4} штук, "
    f"бюджет {n * 15} тысяч, отгрузка через {n + 2} дня, счёт пришлите на почту."
    for n in range(1, 19)
)
_SAME_RUNS = 3


def _question(text: str, schema: dict[str, object], max_tokens: int) -> CompletionRequest:
    messages = (
        Message("system", "Ты разбираешь разговоры о продажах."),
        Message("user", f"<разговор>\n{_TALK}\n</разговор>\n\n{text}"),
    )
    return CompletionRequest("bench", messages, schema, max_tokens)


def figures() -> Iterator[Figure]:
    """Nothing here is a bar of its own: the draft's 75 s and the 2.5 GB of all processes are measured elsewhere."""
    found = ModelRegistry(Folders.of_this_machine().models).language_model(_MODEL)
    model = EmbeddedModel(found.file, found.name)
    try:
        yield from _measured(model)
    finally:
        model.close()


def _measured(model: EmbeddedModel) -> Iterator[Figure]:
    began = time.monotonic()
    model.warm_up(CancelToken())
    yield Figure("start of the server", time.monotonic() - began, "s", note=model.name)

    asked = _question("В каких репликах говорят о бюджете?", _SHORT, 40)
    cold = model.complete(asked, CancelToken())
    yield Figure("question with a new beginning", cold.seconds, "s", note=f"{cold.prompt_tokens} tokens to read")
    warm = model.complete(asked, CancelToken())
    yield Figure("the same with its beginning in the cache", warm.seconds, "s")
    read = cold.prompt_tokens / max(0.1, cold.seconds - warm.seconds)
    yield Figure("reading", read, "tokens/s")

    told = model.complete(_question("Перескажи разговор.", _LONG, 400), CancelToken())
    yield Figure("writing", told.completion_tokens / told.seconds, "tokens/s", note=f"{told.completion_tokens} tokens")

    answers = {repr(cold.data), repr(warm.data)}
    for n in range(_SAME_RUNS):
        model.complete(_question(f"В каких репликах говорят о цехе {n}?", _SHORT, 40), CancelToken())
        answers.add(repr(model.complete(asked, CancelToken()).data))
    yield Figure(
        "different answers to one question, cold, warm and after others",
        len(answers),
        bar="1",
        is_met=len(answers) == 1,
    )

    yield Figure("given up within", _cancelled_after(model), "s", note="in the middle of reading a new beginning")
    pid = model.server_pid
    if pid is not None:
        used = psutil.Process(pid).memory_info().rss / 1e6
        yield at_most("memory of the server", used, 2250, "MB", note=f"context {model.context_tokens}; window 250 MB")


def _cancelled_after(model: EmbeddedModel) -> float:
    """Seconds from the wish to stop until the caller is free."""
    cancel = CancelToken()
    asked_at: list[float] = []

    def stop() -> None:
        asked_at.append(time.monotonic())
        cancel.cancel()

    timer = threading.Timer(2.0, stop)
    timer.start()
    try:
        model.complete(
            CompletionRequest("bench", (Message("user", _TALK[::-1] + "\n\nО чём это?"),), _LONG, 400), cancel
        )
    except Cancelled:
        return time.monotonic() - asked_at[0]
    return float("nan")
