"""Forms of Russian numerals in all cases."""

from __future__ import annotations

from decimal import Decimal

from app.spoken.tokens import vocabulary

_CARDINAL_FORMS: dict[int, str] = {
    0: "ноль нуль ноля нуля нолю нулю нолем нулем ноле нуле",
    1: "один одна одно одного одному одним одном одной одну одною",
    2: "два две двух двум двумя двое двоих двоим двоими",
    3: "три трех трем тремя трое троих троим троими",
    4: "четыре четырех четырем четырьмя четверо четверых четверым",
    5: "пять пяти пятью пятеро пятерых пятерым",
    6: "шесть шести шестью шестеро шестерых шестерым",
    7: "семь семи семью семеро семерых семерым",
    8: "восемь восьми восемью восьмью восьмеро восьмерых",
    9: "девять девяти девятью девятеро девятерых",
    10: "десять десяти десятью десятеро десятерых",
    40: "сорок сорока",
    80: "восемьдесят восьмидесяти восемьюдесятью восьмьюдесятью восьмидесятью",
    90: "девяносто девяноста",
    100: "сто ста",
    200: "двести двухсот двумстам двумястами двухстах двумястам двухстам двухстами",
    300: "триста трехсот тремстам тремястами трехстах",
    400: "четыреста четырехсот четыремстам четырьмястами четырехстах",
    800: "восемьсот восьмисот восьмистам восемьюстами восьмьюстами восьмистах",
}
_TEENS = (
    *(stem + "надцат" for stem in ("один", "две", "три", "четыр", "пят", "шест", "сем", "восем", "девят")),
    "двадцат",
    "тридцат",
)
for _value, _stem in zip((*range(11, 20), 20, 30), _TEENS, strict=True):
    _CARDINAL_FORMS[_value] = f"{_stem}ь {_stem}и {_stem}ью"
for _value, _unit in {5: "пят", 6: "шест", 7: "сем", 9: "девят"}.items():
    if _value != 9:
        _CARDINAL_FORMS[_value * 10] = f"{_unit}ьдесят {_unit}идесяти {_unit}ьюдесятью {_unit}идесятью"
    _CARDINAL_FORMS[_value * 100] = f"{_unit}ьсот {_unit}исот {_unit}истам {_unit}ьюстами {_unit}истах"

CARDINALS: dict[str, int] = {form: value for value, forms in _CARDINAL_FORMS.items() for form in forms.split()}
NOMINATIVE_LIKE = frozenset(forms.split()[0] for forms in _CARDINAL_FORMS.values()) | {"две", "одна", "одно", "одну"}

HALVES: dict[str, Decimal] = {
    "полтора": Decimal("1.5"),
    "полторы": Decimal("1.5"),
    "полутора": Decimal("1.5"),
}

_SCALE_FORMS: dict[int, str] = {
    10**3: "тысяча тысячи тысяче тысячу тысячей тысячью тысяч тысячам тысячами тысячах тыс тыщ тыща тыщу тыщи тыщей",
    10**6: "миллион миллиона миллиону миллионом миллионе миллионы миллионов миллионам миллионами миллионах млн"
    " мильон мильона мильонов милион милиона милионов меллион меллиона мелион",
    10**9: "миллиард миллиарда миллиарду миллиардом миллиарде миллиарды миллиардов миллиардам миллиардами миллиардах"
    " млрд",
}
_SLANG_FORMS: dict[int, str] = {
    10**3: "косарь косаря косарю косарей косари косарях косарям",
    10**6: "лям ляма ляму лямов лямы лямом лямах лимон лимона лимонов лямчик лямчика",
}
SCALES: dict[str, int] = {form: value for value, forms in _SCALE_FORMS.items() for form in forms.split()}
SLANG_SCALES: dict[str, int] = {form: value for value, forms in _SLANG_FORMS.items() for form in forms.split()}
SMALL_SCALES: dict[str, int] = {
    **dict.fromkeys(vocabulary("сотня сотню сотни сотней сотен сотнями"), 100),
    **dict.fromkeys(vocabulary("десяток десятка десятков десятке десятком десятки"), 10),
}
# Without a numeral before it, a plural («тысяч», «миллионы») is no number.
SINGULAR_SCALES = vocabulary(
    "тысяча тысячу тысяче тысячей тысячью тыща тыщу миллион миллиона миллиону миллионом миллионе мильон миллиард"
    " миллиарда миллиарду миллиардом косарь косаря лям ляма лимон сотня сотню десяток"
)
HALF_SCALES: dict[str, Decimal] = {
    **dict.fromkeys(("полмиллиона", "полляма", "пол-ляма"), Decimal(500_000)),
    "полмиллиарда": Decimal(500_000_000),
    **dict.fromkeys(("полтысячи", "полтыщи"), Decimal(500)),
    **dict.fromkeys(("полтораста", "полутораста"), Decimal(150)),
    "полсотни": Decimal(50),
}
FRACTION_HEADS: dict[str, Decimal] = {
    **dict.fromkeys(vocabulary("четверть четверти четвертью"), Decimal("0.25")),
    **dict.fromkeys(vocabulary("половина половину половины половиной"), Decimal("0.5")),
    "пол": Decimal("0.5"),
}

_HARD = tuple(vocabulary("ый ая ое ые ого ому ым ом ой ую ых ыми"))
_SOFT = tuple(vocabulary("ий ья ье ьи ьего ьему ьим ьем ьей ью ьих ьими"))
_ORDINAL_STEMS: dict[int, str] = {
    1: "перв", 2: "втор", 4: "четверт", 5: "пят", 6: "шест", 7: "седьм", 8: "восьм", 9: "девят", 10: "десят",
    40: "сороков", 50: "пятидесят", 60: "шестидесят", 70: "семидесят", 80: "восьмидесят", 90: "девяност", 100: "сот",
    200: "двухсот", 300: "трехсот", 400: "четырехсот", 500: "пятисот", 600: "шестисот", 700: "семисот",
    800: "восьмисот", 900: "девятисот", 1000: "тысячн", 2000: "двухтысячн",
    **dict(zip((*range(11, 20), 20, 30), _TEENS, strict=True)),
}  # fmt: skip
ORDINALS: dict[str, tuple[int, str]] = {
    stem + ending: (value, ending) for value, stem in _ORDINAL_STEMS.items() for ending in _HARD
} | {"трет" + ending: (3, ending.lstrip("ь")) for ending in _SOFT}
DENOMINATORS = {
    **dict.fromkeys(vocabulary("десятых десятая десятую десятой"), 10),
    **dict.fromkeys(vocabulary("сотых сотая сотую сотой"), 100),
    **dict.fromkeys(vocabulary("тысячных тысячная тысячную"), 1000),
}
WHOLES = vocabulary("целых целая целой целую целыми")
DIGIT_ORDINAL_ENDINGS = vocabulary("го ого его му ому ему й ый ий е ое м ом ем х ых я ая ю ую")
