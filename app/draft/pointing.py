"""Asks the model where in the call things stand, part by part where a call is longer than the model's context."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.core.cancel import CancelToken
from app.core.errors import UserFixable
from app.core.i18n import _
from app.core.language_model import LanguageModel
from app.deals.model import FieldDefinition
from app.draft import prompts
from app.draft.conversation import Turn
from app.draft.reading import Pointers

_ANSWER_ROOM_TOKENS = 700
Progress = Callable[[float], None]


OpenList = tuple[FieldDefinition, tuple[Turn, ...]]
"""A list whose option the words leave open, with the turns that speak of it."""


def ask(
    model: LanguageModel,
    lists: Sequence[OpenList],
    cancel: CancelToken,
    on_progress: Progress,
) -> Pointers:
    """Which options the model chooses, and in which turns it finds them.

    A choice is asked for twice, with the options in opposite order, and counts only if it stays the same: a small
    model that likes the first option says nothing about the call.

    Args:
        model: The language model.
        lists: What is asked; with nothing open the model is left alone.
        cancel: Stops between and within questions.
        on_progress: Told the share of questions answered, 0 to 1.

    Raises:
        UserFixable, ExternalFailure, ModelOutputRejected: As the model does; the draft fails with them.
        Cancelled: The token was set.
    """
    about = [(definition, parts_that_fit(model, turns)) for definition, turns in lists]
    total = sum(2 * len(places) for _, places in about)
    turns: dict[str, tuple[int, ...]] = {}
    options: dict[str, tuple[str, ...]] = {}
    done = 0

    def answer(question: prompts.Question, part: Sequence[Turn]) -> dict[str, object]:
        nonlocal done
        data = _answer(model, question, part, cancel)
        done += 1
        on_progress(min(done / total, 1.0))
        return data

    for definition, places in about:
        for part in places:
            clients = _of_client(part)
            first, second = (
                answer(prompts.option_question(definition, clients, turned=t), part) for t in (False, True)
            )
            chosen = str(first.get("option"))
            # What is said later in the call counts: a later part overrides an earlier one unless it has nothing to say.
            if chosen == second.get("option") and chosen in {option.id for option in definition.options}:
                options[definition.key] = (chosen,)
                turns[definition.key] = _valid([first.get("turn"), second.get("turn")], clients)
    return Pointers(turns=turns, options=options)


def _of_client(part: Sequence[Turn]) -> list[int]:
    return [turn.index for turn in part if turn.is_client] or [turn.index for turn in part]


def _answer(
    model: LanguageModel, question: prompts.Question, part: Sequence[Turn], cancel: CancelToken
) -> dict[str, object]:
    cancel.raise_if_cancelled()
    return dict(model.complete(prompts.request(question, part), cancel).data)


def _valid(values: object, allowed: Sequence[int]) -> tuple[int, ...]:
    found = values if isinstance(values, list) else []
    return tuple(dict.fromkeys(int(v) for v in found if isinstance(v, int) and v in allowed))


def parts_that_fit(model: LanguageModel, turns: Sequence[Turn]) -> list[Sequence[Turn]]:
    """Turns cut into parts that leave room for question and answer; all turns in one where they fit.

    Raises:
        UserFixable: A single turn is longer than the context (``llm.context``).
    """
    room = model.context_tokens - _ANSWER_ROOM_TOKENS - model.count_tokens(prompts.SYSTEM)
    parts: list[Sequence[Turn]] = []
    current: list[Turn] = []
    used = 0
    for turn in turns:
        length = model.count_tokens(prompts.transcript_text([turn])) + 2
        if length > room:
            raise UserFixable(
                "llm.context",
                _("Реплика длиннее, чем модель читает за раз."),
                hint=_("Выберите в настройках модель с большим контекстом."),
                action="open_settings_llm",
            )
        if current and used + length > room:
            parts.append(current)
            current, used = [], 0
        current.append(turn)
        used += length
    if current:
        parts.append(current)
    return parts
