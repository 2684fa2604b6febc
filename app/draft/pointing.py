"""Asks the model where in the call things stand, part by part where a call is longer than the model's context."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.core.cancel import CancelToken
from app.core.errors import UserFixable
from app.core.i18n import _
from app.core.language_model import LanguageModel
from app.deals.model import FieldDefinition, FieldType
from app.draft import prompts
from app.draft.conversation import Conversation, Turn
from app.draft.model import CallKind
from app.draft.reading import Pointers
from app.profile.model import Profile

_STANDARD_LISTS = frozenset({"stage", "interest_level"})
_ANSWER_ROOM_TOKENS = 700
Progress = Callable[[float], None]


def ask(
    model: LanguageModel, conversation: Conversation, profile: Profile, cancel: CancelToken, on_progress: Progress
) -> Pointers:
    """Where the model points.

    Args:
        model: The language model.
        conversation: The call; not empty.
        profile: Whose lists are asked for.
        cancel: Stops between and within questions.
        on_progress: Told the share of questions answered, 0 to 1.

    Raises:
        UserFixable, ExternalFailure, ModelOutputRejected: As the model does; the draft fails with them.
        Cancelled: The token was set.
    """
    parts = parts_that_fit(model, conversation)
    lists = [d for d in profile.fields if d.type is FieldType.ENUM and d.key not in _STANDARD_LISTS]
    total = len(parts) * (3 + len(lists))
    kind: CallKind | None = None
    turns: dict[str, tuple[int, ...]] = {}
    options: dict[str, tuple[str, ...]] = {}
    done = 0

    def answered() -> None:
        nonlocal done
        done += 1
        on_progress(done / total)

    for number, part in enumerate(parts):
        clients = [turn.index for turn in part if turn.is_client] or [turn.index for turn in part]
        if number == 0:
            kind = CallKind(str(_answer(model, prompts.kind_question(), part, cancel)["kind"]))
        answered()
        for name in ("need", "objections"):
            data = _answer(model, prompts.turns_question(name, clients), part, cancel)
            turns[name] = (*turns.get(name, ()), *_valid(data.get("turns", []), clients))
            answered()
        for definition in lists:
            _ask_option(model, definition, part, clients, cancel, turns, options)
            answered()
    return Pointers(kind=kind, turns=turns, options=options)


def _ask_option(  # noqa: PLR0917
    model: LanguageModel,
    definition: FieldDefinition,
    part: Sequence[Turn],
    clients: Sequence[int],
    cancel: CancelToken,
    turns: dict[str, tuple[int, ...]],
    options: dict[str, tuple[str, ...]],
) -> None:
    data = _answer(model, prompts.option_question(definition, clients), part, cancel)
    chosen = str(data.get("option", "none"))
    # What is said later in the call counts: a later part overrides an earlier one unless it has nothing to say.
    if chosen in {option.id for option in definition.options}:
        options[definition.key] = (chosen,)
        turns[definition.key] = _valid([data.get("turn")], clients)


def _answer(
    model: LanguageModel, question: prompts.Question, part: Sequence[Turn], cancel: CancelToken
) -> dict[str, object]:
    cancel.raise_if_cancelled()
    return dict(model.complete(prompts.request(question, part), cancel).data)


def _valid(values: object, allowed: Sequence[int]) -> tuple[int, ...]:
    found = values if isinstance(values, list) else []
    return tuple(dict.fromkeys(int(v) for v in found if isinstance(v, int) and v in allowed))


def parts_that_fit(model: LanguageModel, conversation: Conversation) -> list[Sequence[Turn]]:
    """The call cut between turns into parts that leave room for question and answer; all turns in one where they fit.

    Raises:
        UserFixable: A single turn is longer than the context (``llm.context``).
    """
    room = model.context_tokens - _ANSWER_ROOM_TOKENS - model.count_tokens(prompts.SYSTEM)
    parts: list[Sequence[Turn]] = []
    current: list[Turn] = []
    used = 0
    for turn in conversation.turns:
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
