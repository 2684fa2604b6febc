"""A language model that answers what a test tells it to, by the purpose of the question."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from app.adapters.llm import failures
from app.adapters.llm.answer_check import BrokenAnswerError, checked_answer
from app.adapters.llm.token_estimate import tokens_at_most
from app.core.cancel import CancelToken
from app.core.errors import ModelOutputRejected, VizirError
from app.core.language_model import Completion, CompletionRequest, Message

Answer: TypeAlias = dict[str, Any] | VizirError | Callable[[CompletionRequest], dict[str, Any]]


class ScriptedModel:
    """As strict as a real one: answers that break the schema or the limits are refused.

    Args:
        answers: Answer by purpose; a name that ends in ``*`` stands for all purposes that begin so. An error is raised.
        default: Answer to every other purpose; without it such a question fails the test.
        name: Recorded beside drafts.
        odds: What `odds` tells of every question; an error is raised.
    """

    def __init__(
        self,
        answers: Mapping[str, Answer] | None = None,
        *,
        default: Answer | None = None,
        name: str = "scripted",
        context_tokens: int = 8192,
        odds: float | VizirError | None = None,
    ) -> None:
        self._odds = odds
        self.looked_at: list[tuple[Message, ...]] = []
        self._answers = dict(answers or {})
        self._default = default
        self._name = name
        self._context_tokens = context_tokens
        self.asked: list[CompletionRequest] = []
        self.is_closed = False

    @property
    def name(self) -> str:
        return self._name

    @property
    def context_tokens(self) -> int:
        return self._context_tokens

    def count_tokens(self, text: str) -> int:
        return tokens_at_most(text)

    def complete(self, request: CompletionRequest, cancel: CancelToken) -> Completion:
        cancel.raise_if_cancelled()
        self.asked.append(request)
        prompt_tokens = sum(self.count_tokens(message.text) for message in request.messages)
        if prompt_tokens + request.max_tokens > self._context_tokens:
            raise failures.too_long(prompt_tokens + request.max_tokens, self._context_tokens, request.purpose)
        text = json.dumps(self._scripted(request), ensure_ascii=False)
        tokens = self.count_tokens(text)
        if tokens > request.max_tokens:
            raise ModelOutputRejected("llm.cut", "Ответ оборван.", detail=text)
        try:
            answer = checked_answer(text, request.schema)
        except BrokenAnswerError as error:
            raise ModelOutputRejected(
                "llm.bad_output", "Ответ не по форме.", detail=f"{error.reason}\n{text}"
            ) from error
        return Completion(answer, self._name, prompt_tokens, tokens, 0.0)

    def odds(self, messages: tuple[Message, ...], one: str, other: str, cancel: CancelToken) -> float | None:
        cancel.raise_if_cancelled()
        self.looked_at.append(messages)
        if isinstance(self._odds, VizirError):
            raise self._odds
        return self._odds

    def close(self) -> None:
        self.is_closed = True

    def _scripted(self, request: CompletionRequest) -> dict[str, Any]:
        answer = self._answers.get(request.purpose)
        if answer is None:
            families = [name for name in self._answers if name.endswith("*") and request.purpose.startswith(name[:-1])]
            answer = self._answers[max(families, key=len)] if families else self._default
        assert answer is not None, f"no answer is scripted for {request.purpose!r}"
        if isinstance(answer, VizirError):
            raise answer
        return answer if isinstance(answer, dict) else answer(request)
