"""What a server understands of a request, learned from its refusals."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from app.core.language_model import CompletionRequest, Message

SEED = 20_240_601


class AnswerFormat(IntEnum):
    """How the answer is bound to the schema, from the tightest to the loosest."""

    STRICT_SCHEMA = 0
    SCHEMA = 1
    JSON_OBJECT = 2
    PLAIN = 3


@dataclass(frozen=True, slots=True)
class Dialect:
    """The parts of a request that not every server knows.

    Args:
        is_schema_told: The schema is also written into the prompt, for servers that do not bind the answer to it.
        tokens_field: Name of the limit of the answer; some models know only the newer one.
    """

    answer_format: AnswerFormat = AnswerFormat.STRICT_SCHEMA
    is_schema_told: bool = False
    tokens_field: str = "max_tokens"
    has_temperature: bool = True
    has_seed: bool = True

    def after_refusal(self, body: str) -> Dialect | None:
        """What to try after the server refused a request with `body`; None when nothing is left."""
        text = body.lower()
        if "max_completion_tokens" in text and self.tokens_field == "max_tokens":
            return replace(self, tokens_field="max_completion_tokens")
        if "temperature" in text and self.has_temperature:
            return replace(self, has_temperature=False)
        if "seed" in text and self.has_seed:
            return replace(self, has_seed=False)
        if self.answer_format is AnswerFormat.PLAIN:
            return None
        looser = AnswerFormat(self.answer_format + 1)
        return replace(self, answer_format=looser, is_schema_told=looser >= AnswerFormat.JSON_OBJECT)

    def body(self, request: CompletionRequest, messages: tuple[Message, ...], model: str) -> dict[str, Any]:
        """The request as this server understands it."""
        if self.is_schema_told:
            messages = with_schema_told(messages, request.schema)
        body: dict[str, Any] = {
            "model": model,
            "messages": [{"role": message.role, "content": message.text} for message in messages],
            self.tokens_field: request.max_tokens,
        }
        if self.has_temperature:
            body["temperature"] = 0
        if self.has_seed:
            body["seed"] = SEED
        if self.answer_format is AnswerFormat.JSON_OBJECT:
            body["response_format"] = {"type": "json_object"}
        elif self.answer_format is not AnswerFormat.PLAIN:
            binding: dict[str, Any] = {"name": "answer", "schema": dict(request.schema)}
            if self.answer_format is AnswerFormat.STRICT_SCHEMA:
                binding["strict"] = True
            body["response_format"] = {"type": "json_schema", "json_schema": binding}
        return body

    def body_for_likelihoods(self, messages: tuple[Message, ...], model: str) -> dict[str, Any]:
        """A request for one token, with the likeliest ones named."""
        body: dict[str, Any] = {
            "model": model,
            "messages": [{"role": message.role, "content": message.text} for message in messages],
            self.tokens_field: 1,
            "logprobs": True,
            "top_logprobs": 20,
        }
        if self.has_temperature:
            body["temperature"] = 0
        return body


def with_schema_told(messages: tuple[Message, ...], schema: Mapping[str, Any]) -> tuple[Message, ...]:
    """The prompt with the schema at its end, so that a shared beginning stays the same."""
    told = json.dumps(schema, ensure_ascii=False)
    order = f"\n\nОтветь одним объектом JSON по этой схеме, без пояснений и без разметки:\n{told}"
    last = messages[-1]
    return (*messages[:-1], Message(last.role, last.text + order))
