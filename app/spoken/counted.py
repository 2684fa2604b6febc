"""Numerals of a text put together: stammers, ranges, ellipses, units. What numbers and money are both made from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

from app.spoken.model import Certainty
from app.spoken.morphology import is_counted_noun, is_genitive_adjective, is_plural_noun
from app.spoken.numeral_forms import CARDINALS, DIGIT_ORDINAL_ENDINGS, NOMINATIVE_LIKE
from app.spoken.numerals import Numeral, read_numeral
from app.spoken.tokens import PURE_HESITATIONS, Token, clause_bounds, low_at, previous_word, tokenise, vocabulary

MONTHS = (
    vocabulary("январь января январе"), vocabulary("февраль февраля феврале"),
    vocabulary("март марта марте марту"),
    vocabulary("апрель апреля апреле апрелю"), vocabulary("май мая мае маю"), vocabulary("июнь июня июне июню"),
    vocabulary("июль июля июле июлю"), vocabulary("август августа августе августу"),
    vocabulary("сентябрь сентября сентябре сентябрю"), vocabulary("октябрь октября октябре октябрю"),
    vocabulary("ноябрь ноября ноябре ноябрю"), vocabulary("декабрь декабря декабре декабрю"),
)  # fmt: skip
MONTH_OF: dict[str, int] = {form: number for number, forms in enumerate(MONTHS, 1) for form in forms} | {
    "январю": 1,
    "февралю": 2,
}

_DATES_AND_TIMES = re.compile(
    r"(?<![\d.,])(?:\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}|\d{1,2}:\d{2}(?::\d{2})?)(?![\d])"
    r"|(?<=\bдо )\d{1,2}\.(?:0[1-9]|1[0-2])(?![\d.,])|(?<=\bк )\d{1,2}\.(?:0[1-9]|1[0-2])(?![\d.,])",
    re.IGNORECASE,
)
_SHORT_UNITS = vocabulary(
    "шт штук штуки штука штуку штукам штуками кг км мм см м м² м³ л т г мг квт вт ватт гкал мвт бар атм кило килограмм"
    " грамм микрон человек раз раза квадрат квадрата квадратов куб куба кубов год года лет году годом месяц месяца"
    " процент процента процентов процентам процентами проценту рубль рубля рублей рублям рублями рублях рублю руб р"
    " копейка копейки копеек копейку копейкам коп евро тенге гб мб тб терабайт мегабит вольт ампер штучку метр"
    " рулон коробку коробка упаковку упаковка пачку пачка штучка тонну тонна литр час день неделя неделю недели"
)
_NOT_UNITS = vocabulary(
    "нам вам им нас вас их там ну да это то так вот итого всего уже еще ещё или и на по за до от при под над у с к в"
    " утра вечера ночи утром днем вечером"
)
_INVERTIBLE_UNITS = vocabulary(
    "рулонов штук рублей человек метров лет процентов дней недель недели месяцев месяца минут часов часа километров"
    " кило килограммов килограмм тонн квадратов коробок упаковок раз раза рубля метра дня"
)
_BEFORE_APPROXIMATE = vocabulary(
    "около примерно порядка приблизительно ориентировочно почти навскидку условно эдак этак больше более свыше менее"
    " меньше районе пределах под чуть"
)
_BEHIND_APPROXIMATE = vocabulary("примерно приблизительно ориентировочно навскидку условно")
_ONE_IDIOMS = vocabulary(
    "раз дело эс момент вопрос минуту минутку секунду секундочку из и на такой такая сплошной только лишь другой"
    " другого человек знакомый день сторона стороны сосед не от за"
)
_GENITIVE_SCALES = vocabulary("тысячи тыщи")
_TAKES_GENITIVE = vocabulary("от до около больше более менее меньше свыше порядка из с после без")


@dataclass(slots=True)
class Counted:
    """A numeral with what belongs to it; indices are token indices."""

    numeral: Numeral
    first: int
    behind: int
    value: Decimal
    upper: Decimal | None = None
    certainty: Certainty = Certainty.EXACT
    unit_index: int = -1
    unit: str = ""
    is_ellipsis: bool = False
    head: Decimal = Decimal(0)
    parts: list[Numeral] = field(default_factory=list)

    @property
    def is_ordinal(self) -> bool:
        return bool(self.numeral.ordinal_ending)


@lru_cache(maxsize=256)
def counted(text: str) -> tuple[Counted, ...]:
    """All numerals of the text in order, not overlapping, phones, e-mails and dates in digits left out."""
    tokens = tokenise(text)
    items = [_item(n) for n in _numerals(tokens, _masked(text, tokens))]
    items = _without_stammers(tokens, items)
    items = _combined(tokens, items)
    for item in items:
        _add_unit(tokens, item)
        _judge(tokens, item)
    return tuple(items)


def clean(value: Decimal) -> Decimal:
    """The value without needless zeros."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _item(numeral: Numeral) -> Counted:
    return Counted(numeral, numeral.first, numeral.behind, numeral.value)


def _masked(text: str, tokens: tuple[Token, ...]) -> frozenset[int]:
    from app.spoken.contacts import find_emails, find_phones

    spans = [m.span() for m in _DATES_AND_TIMES.finditer(text)]
    spans += [(c.start, c.end) for c in (*find_phones(text), *find_emails(text))]
    if not spans:
        return frozenset()
    return frozenset(
        index for index, t in enumerate(tokens) if any(start <= t.start and t.end <= end for start, end in spans)
    )


def _numerals(tokens: tuple[Token, ...], masked: frozenset[int]) -> list[Numeral]:
    found: list[Numeral] = []
    index = 0
    while index < len(tokens):
        numeral = None if index in masked else read_numeral(tokens, index)
        if numeral is None or _is_no_number(tokens, numeral):
            index += 1
            continue
        numeral = _with_digit_ordinal(tokens, numeral)
        found.append(numeral)
        index = numeral.behind
    return found


def _with_digit_ordinal(tokens: tuple[Token, ...], numeral: Numeral) -> Numeral:
    """«20-го», «120-е», and a day before its month («20 декабря»)."""
    at = numeral.behind
    if not tokens[at - 1].is_digits:
        return numeral
    has_hyphen = low_at(tokens, at) == "-" and not tokens[at].space_before
    ending = at + 1 if has_hyphen else at
    if low_at(tokens, ending) in DIGIT_ORDINAL_ENDINGS and not tokens[ending].space_before:
        return replace(numeral, behind=ending + 1, ordinal_ending=low_at(tokens, ending))
    if low_at(tokens, at) in MONTH_OF and 1 <= numeral.value <= 31:
        return replace(numeral, ordinal_ending="ое")
    return numeral


def _is_no_number(tokens: tuple[Token, ...], numeral: Numeral) -> bool:
    low, following = tokens[numeral.first].low, low_at(tokens, numeral.behind)
    before = low_at(tokens, numeral.first - 1)
    is_single = numeral.behind - numeral.first == 1
    if not is_single:
        return False
    if CARDINALS.get(low) == 1:
        return following in _ONE_IDIOMS or before in {"ни", "как", "не"} or low in {"одним", "одном", "одной"}
    if low in _GENITIVE_SCALES:
        return before not in _TAKES_GENITIVE
    return False


def _is_stammer(tokens: tuple[Token, ...], a: Counted, b: Counted) -> bool:
    """«две… две тысячи сто»: the first try is the beginning of the second."""
    between = [t.low for t in tokens[a.behind : b.first]]
    words_a = [t.low for t in tokens[a.first : a.behind]]
    words_b = [t.low for t in tokens[b.first : b.behind]]
    if len(words_a) > len(words_b) or words_b[: len(words_a)] != words_a:
        return False
    if "…" in between or any(low in PURE_HESITATIONS for low in between) or between == ["."] * 3:
        return all(low in PURE_HESITATIONS or low in {"…", "-", ".", ","} for low in between)
    if between not in ([], ["-"]):
        return False
    return len(words_a) == 1 and (len(words_b) == 1 or _is_word_and_scale(b))


def _is_word_and_scale(item: Counted) -> bool:
    """True if the numeral is one word and a scale word («две тысячи»)."""
    return item.behind - item.first == 2 and item.numeral.scale > 0


def _without_stammers(tokens: tuple[Token, ...], items: list[Counted]) -> list[Counted]:
    kept: list[Counted] = []
    for item in items:
        if kept and not item.is_ordinal and _is_stammer(tokens, kept[-1], item):
            kept.pop()
        kept.append(item)
    return kept


def _combined(tokens: tuple[Token, ...], items: list[Counted]) -> list[Counted]:
    """Neighbours joined into ranges and ellipses; three and more in a row are digits being dictated."""
    for index in range(len(items) - 2):
        run = items[index : index + 3]
        if run[0].behind == run[1].first and run[1].behind == run[2].first:
            for item in run:
                item.certainty = Certainty.GUESS
                item.parts = [item.numeral]
    result: list[Counted] = []
    for item in items:
        joined = _join(tokens, result[-1], item) if result and not item.parts else None
        if joined is not None:
            result[-1] = joined
        else:
            result.append(item)
    return result


def _join(tokens: tuple[Token, ...], a: Counted, b: Counted) -> Counted | None:
    if a.is_ordinal or b.is_ordinal or a.upper is not None or a.parts or a.is_ellipsis or a.numeral.is_guess:
        return None
    between = [t.low for t in tokens[a.behind : b.first]]
    if not between:
        return _adjacent(tokens, a, b)
    if _is_range_sign(tokens, a, b, between):
        return _range(a, b)
    if between == ["и"] and b.numeral.scale >= 10**6 and 1 <= a.value < 100 and not a.numeral.scale:
        # «два и четыре миллиона» is how some read 2,4.
        tenth = b.value / b.numeral.scale
        if tenth < 10 and tenth == int(tenth):
            return _joined(a, b, (a.value + tenth / 10) * b.numeral.scale, None, Certainty.GUESS)
    return None


def _is_range_sign(tokens: tuple[Token, ...], a: Counted, b: Counted, between: list[str]) -> bool:
    before = previous_word(tokens, a.first)
    opener = tokens[before].low if before >= 0 else ""
    if between in (["до"], ["и", "до"]):
        return opener in {"от", "с"}
    if between == ["и"]:
        return opener == "между"
    if between not in (["-"], ["–"]) or tokens[a.behind].space_before or tokens[b.first].space_before:
        return False
    is_spoken = not (a.numeral.has_digits or b.numeral.has_digits)
    return is_spoken or bool(b.numeral.scale) or _has_unit(tokens, b) or a.value * 2 >= b.value


def _adjacent(tokens: tuple[Token, ...], a: Counted, b: Counted) -> Counted | None:
    """Two numerals without a sign between: a range («двести триста»), an ellipsis («четыре двести») or neither."""
    if a.numeral.scale and not a.numeral.is_inverted:
        return None
    scale = b.numeral.scale
    low, high = a.value, b.value
    if a.numeral.is_inverted:
        low /= a.numeral.scale
    elif scale:
        high /= scale
    if _looks_like_range(tokens, a, b, low, high):
        return _range(a, b)
    # Two numbers in digits are two numbers; «два 800» is how a recogniser writes «два восемьсот».
    has_word = not (a.numeral.has_digits and b.numeral.has_digits)
    is_plain = not a.numeral.is_inverted and low == int(low) and 0 < low < 1000 and has_word
    if is_plain and scale in (0, 1000) and 100 <= high < 1000 and high == int(high):
        joined = _joined(a, b, low * (1000 if not scale else 10**6) + b.value, None, Certainty.GUESS)
        joined.is_ellipsis, joined.head = True, low
        return joined
    a.certainty = b.certainty = Certainty.GUESS
    return None


def _looks_like_range(tokens: tuple[Token, ...], a: Counted, b: Counted, low: Decimal, high: Decimal) -> bool:
    if not 0 < low < high:
        return False
    if low < 10:
        return high - low <= 2 and high <= 11
    if high - low <= 5 and (b.numeral.scale or _has_unit(tokens, b)):
        return True
    if low % 5 or high % 5 or high > low * 2:
        return False
    begins_same = tokens[a.first].low == tokens[b.first].low
    return begins_same or _step(low) == _step(high) or bool(b.numeral.scale) or _has_unit(tokens, b)


def _step(value: Decimal) -> int:
    return 100 if value % 100 == 0 else 10 if value % 10 == 0 else 5


def _range(a: Counted, b: Counted) -> Counted | None:
    low, high = a.value, b.value
    if a.numeral.is_inverted and not b.numeral.scale:
        high *= a.numeral.scale
    elif not a.numeral.scale and b.numeral.scale:
        step = b.numeral.scale
        while step > 1 and low * step >= high:
            step //= 1000
        low *= max(step, 1)
    if not low < high:
        return None
    return _joined(a, b, low, high, Certainty.RANGE)


def _joined(a: Counted, b: Counted, value: Decimal, upper: Decimal | None, certainty: Certainty) -> Counted:
    numeral = replace(
        b.numeral,
        first=a.first,
        is_slang=a.numeral.is_slang or b.numeral.is_slang,
        is_feminine=a.numeral.is_feminine,
        scale=b.numeral.scale or a.numeral.scale,
        is_inverted=False,
    )
    return Counted(numeral, a.first, b.behind, value, upper, certainty)


def _has_unit(tokens: tuple[Token, ...], item: Counted) -> bool:
    return _unit_index(tokens, item) >= 0


def _unit_index(tokens: tuple[Token, ...], item: Counted) -> int:
    at = item.behind
    low = low_at(tokens, at)
    if item.is_ordinal or not low or low in _NOT_UNITS:
        return -1
    if low in {"%", "₽", "$", "€"} or low in _SHORT_UNITS:
        return at
    if not tokens[at].is_word or low in MONTH_OF or low in CARDINALS:
        return -1
    if is_counted_noun(low) or (_is_oblique(tokens, item) and is_plural_noun(low)):
        return at
    following = low_at(tokens, at + 1)
    is_noun_next = following in _SHORT_UNITS or (following.isalpha() and is_counted_noun(following))
    return at + 1 if is_noun_next and is_genitive_adjective(low) else -1


def _is_oblique(tokens: tuple[Token, ...], item: Counted) -> bool:
    low = tokens[item.behind - 1].low
    return low in CARDINALS and low not in NOMINATIVE_LIKE


def _add_unit(tokens: tuple[Token, ...], item: Counted) -> None:
    index = _unit_index(tokens, item)
    if index >= 0:
        item.unit_index, item.unit = index, tokens[index].text


def _judge(tokens: tuple[Token, ...], item: Counted) -> None:
    """Certainty from the words around, and the unit said before («рулонов триста»)."""
    numeral = item.numeral
    approximate = numeral.is_approximate or _is_approximate(tokens, item)
    before = item.first - 1
    if low_at(tokens, before) in {"на", "за", "в", "до"} and low_at(tokens, before - 1) in _INVERTIBLE_UNITS:
        before -= 1
    if not item.unit and not item.is_ordinal and low_at(tokens, before) in _INVERTIBLE_UNITS:
        is_counted_already = before > 0 and (tokens[before - 1].is_digits or tokens[before - 1].low in CARDINALS)
        if not is_counted_already:
            item.unit, item.unit_index, approximate = tokens[before].text, before, True
    if item.certainty is Certainty.RANGE:
        return
    if numeral.is_guess or numeral.is_slang or _is_lone_one(tokens, item):
        item.certainty = Certainty.GUESS
    elif approximate and item.certainty is Certainty.EXACT:
        item.certainty = Certainty.APPROXIMATE


def _is_lone_one(tokens: tuple[Token, ...], item: Counted) -> bool:
    """«один» is a numeral for sure only with a unit or as a whole answer."""
    if item.behind - item.first != 1 or CARDINALS.get(tokens[item.first].low) != 1 or item.unit in _SHORT_UNITS:
        return False
    first, last = clause_bounds(tokens, item.first)
    return last - first > 1


def _is_approximate(tokens: tuple[Token, ...], item: Counted) -> bool:
    return _is_approximate_before(tokens, item) or _is_approximate_behind(tokens, item)


def _is_approximate_before(tokens: tuple[Token, ...], item: Counted) -> bool:
    at = previous_word(tokens, item.first)
    if at >= 0 and tokens[at].low in {"в", "на", "за", "по", "до", "чем"}:
        further = previous_word(tokens, at)
        at = further if further >= 0 and tokens[further].low in _BEFORE_APPROXIMATE | {"то"} else at
    low, before = low_at(tokens, at) if at >= 0 else "", low_at(tokens, at - 1)
    if low == "то":
        return before == "-" and low_at(tokens, at - 2) in {"где", "что", "как"}
    if low == "минус":
        return before in {"плюс", "-"}
    return low in _BEFORE_APPROXIMATE and before != "не"


def _is_approximate_behind(tokens: tuple[Token, ...], item: Counted) -> bool:
    behind = (item.unit_index if item.unit_index >= item.behind else item.behind - 1) + 1
    if low_at(tokens, behind) == ",":
        behind += 1
    low, following = low_at(tokens, behind), low_at(tokens, behind + 1)
    if low == "с":
        return following in {"лишним", "небольшим", "хвостиком", "копейками", "чем", "гаком"}
    if low == "плюс":
        return following == "минус" or low_at(tokens, behind + 2) == "минус"
    if low == "где":
        return low_at(tokens, behind + 2) == "то"
    return low in _BEHIND_APPROXIMATE
