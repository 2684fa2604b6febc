"""What a language model says of a piece that the trained line is in doubt about: whether it answers the question."""

from __future__ import annotations

import logging
from collections.abc import Callable

from app.core.cancel import CancelToken
from app.core.errors import ExternalFailure, UserFixable
from app.core.language_model import LanguageModel, Message
from app.knowledge.pieces import Piece

_log = logging.getLogger(__name__)
_YES, _NO = "да", "нет"
# Small models lean to «да» by so much, as logarithm of the odds.
_LEANING = 0.5
MOST_ODDS = 3.0
_ORDER = (
    "Ты проверяешь ответы базы знаний компании. Дан вопрос клиента и выдержка. Скажи «да», только если в выдержке "
    "прямо сказано то, о чём спрашивают: о том же предмете и том же свойстве. Иначе скажи «нет»."
)
_ASKED = "Выдержка: {text}\nВопрос: {question}\nЕсть ли в выдержке ответ?"
_EXAMPLES = (
    ("Сколько стоит доставка до Рязани?", "Доставка по Москве — 1 500 ₽, до Рязани — 6 000 ₽.", _YES),
    ("Какая гарантия на двигатель?", "Гарантия на подшипники — 12 месяцев.", _NO),
    (
        "Можно ли вернуть товар, если не подошёл размер?",
        "Возврат товара надлежащего качества возможен в течение 14 дней.",
        _YES,
    ),
    ("Кто делает монтаж в выходные?", "Монтаж занимает два дня и оплачивается отдельно.", _NO),
    (
        "Есть ли скидка для бюджетных учреждений?",
        "Скидку до 5 % менеджер даёт сам, больше — по согласованию с руководителем.",
        _NO,
    ),
    ("За сколько дней отгружаете со склада?", "Со склада отгрузка на следующий день после оплаты.", _YES),
)


class SecondLook:
    """Asks a language model whether a piece answers a question.

    Args:
        model: Gives the model; it may raise where none is set up.
        closing: Set when the program ends; a question under way is given up.
    """

    def __init__(self, model: Callable[[], LanguageModel], closing: CancelToken | None = None) -> None:
        self._model = model
        self._closing = closing or CancelToken()

    def odds(self, question: str, piece: Piece) -> float | None:
        """How likely it answers: the logarithm of the odds, within ±3; None where no model can say so now.

        Raises:
            Cancelled: The program ends.
        """
        heading = piece.passage.heading.rsplit("›", 1)[-1].strip()
        text = f"{heading}. {piece.text}" if heading else piece.text
        try:
            odds = self._model().odds(_prompt(question, text), _YES, _NO, self._closing)
        except (UserFixable, ExternalFailure) as error:
            # The base answers without a model too, only less surely.
            _log.warning("no second look at an answer: %s", error.code)
            return None
        return None if odds is None else max(-MOST_ODDS, min(MOST_ODDS, odds - _LEANING))


def _prompt(question: str, text: str) -> tuple[Message, ...]:
    # A blank line ends what the embedded server keeps from one question to the next.
    shown: list[Message] = [Message("system", f"{_ORDER}\n\n")]
    for asked, passage, said in _EXAMPLES:
        shown += [Message("user", f"{_ASKED.format(text=passage, question=asked)}\n\n"), Message("assistant", said)]
    return (*shown, Message("user", _ASKED.format(text=text, question=question)))
