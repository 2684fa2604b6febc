"""What a language model says of a piece that the trained line is in doubt about: whether it answers the question."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from app.core.cancel import CancelToken
from app.core.errors import Cancelled, ExternalFailure, UserFixable
from app.core.language_model import LanguageModel, Message
from app.knowledge.pieces import Piece

_log = logging.getLogger(__name__)
_YES, _NO = "да", "нет"
# Small models lean to «да» by so much, as logarithm of the odds.
_LEANING = 0.5
MOST_ODDS = 3.0
# On two slow cores the first question takes ten seconds: the model starts, and reads the examples.
_PATIENCE_S = 40.0
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
        patience_s: Seconds until it is given up because the model is too slow.
    """

    def __init__(
        self, model: Callable[[], LanguageModel], closing: CancelToken | None = None, patience_s: float = _PATIENCE_S
    ) -> None:
        self._model = model
        self._closing = closing or CancelToken()
        self._patience_s = patience_s

    def odds(self, question: str, piece: Piece) -> float | None:
        """How likely it answers: the logarithm of the odds, within ±3; None where no model can say so now.

        Raises:
            Cancelled: The program ends.
        """
        heading = piece.passage.heading.rsplit("›", 1)[-1].strip()
        text = f"{heading}. {piece.text}" if heading else piece.text
        # Without the model the base answers too, only less surely.
        try:
            odds = self._asked(_prompt(question, text))
        except (UserFixable, ExternalFailure) as error:
            _log.warning("no second look at an answer: %s", error.code)
            return None
        except Cancelled:
            self._closing.raise_if_cancelled()
            _log.warning("no second look at an answer: the model took longer than %g s", self._patience_s)
            return None
        return None if odds is None else max(-MOST_ODDS, min(MOST_ODDS, odds - _LEANING))

    def _asked(self, messages: tuple[Message, ...]) -> float | None:
        patience = CancelToken()
        forget = self._closing.on_cancel(patience.cancel)
        end = threading.Timer(self._patience_s, patience.cancel)
        end.daemon = True
        end.start()
        try:
            return self._model().odds(messages, _YES, _NO, patience)
        finally:
            end.cancel()
            forget()


def _prompt(question: str, text: str) -> tuple[Message, ...]:
    # A blank line ends what the embedded server keeps from one question to the next.
    shown: list[Message] = [Message("system", f"{_ORDER}\n\n")]
    for asked, passage, said in _EXAMPLES:
        shown += [Message("user", f"{_ASKED.format(text=passage, question=asked)}\n\n"), Message("assistant", said)]
    return (*shown, Message("user", _ASKED.format(text=text, question=question)))
