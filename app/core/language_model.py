"""The port to a language model, used by drafts, answers and proposals alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from app.core.cancel import CancelToken


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a prompt."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """What is asked of the model.

    Args:
        purpose: Short name of the question for the log and the send log ("fields", "note").
        messages: The prompt; a shared beginning over several requests is read only once by the embedded server.
        schema: JSON schema that binds the answer; every free string in it needs ``maxLength``.
        max_tokens: Upper limit of the answer. An answer that reaches it is an error, never cut in silence.
    """

    purpose: str
    messages: tuple[Message, ...]
    schema: Mapping[str, Any]
    max_tokens: int = 512


@dataclass(frozen=True, slots=True)
class Completion:
    """A checked answer: `data` is the parsed JSON that fits the schema."""

    data: dict[str, Any]
    model: str
    prompt_tokens: int
    completion_tokens: int
    seconds: float


MOST_ODDS = 10.0


class LanguageModel(Protocol):
    """A model that answers in JSON by a schema, temperature 0, fixed seed."""

    @property
    def name(self) -> str:
        """Name and quantisation, as recorded beside every draft."""
        ...

    @property
    def context_tokens(self) -> int:
        """Tokens that prompt and answer may have together."""
        ...

    def count_tokens(self, text: str) -> int:
        """Tokens of `text`: exact where the server counts them, else a cautious estimate from above."""
        ...

    def complete(self, request: CompletionRequest, cancel: CancelToken) -> Completion:
        """Ask, with one repair attempt when the answer is broken.

        Raises:
            UserFixable: Wrong key or address (``llm.auth``, ``llm.address``), no model (``llm.no_model``),
                a prompt longer than the context (``llm.context``).
            ExternalFailure: Server down, slow, 429, no JSON (``llm.unreachable``, ``llm.timeout``, ``llm.busy``,
                ``llm.not_a_model``).
            ModelOutputRejected: The answer did not fit the schema twice (``llm.bad_output``) or was cut (``llm.cut``).
            Cancelled: The token was set; the request is closed.
        """
        ...

    def odds(self, messages: tuple[Message, ...], one: str, other: str, cancel: CancelToken) -> float | None:
        """How much likelier the model would begin its answer with one word than with another.

        Returns:
            The natural logarithm of the odds, within ±`MOST_ODDS`; None where it cannot be told now: the model has
            other work, its server names no likelihoods, or it would begin with neither.

        Raises:
            UserFixable, ExternalFailure, Cancelled: As `complete`.
        """
        ...

    def close(self) -> None:
        """Stop the server if this model started one."""
        ...
