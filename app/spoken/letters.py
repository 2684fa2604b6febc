"""Names of letters, and Russian words in Latin letters as people write them in addresses."""

from __future__ import annotations

from app.spoken.tokens import vocabulary

_NAMES: dict[str, str] = {
    "a": "а эй", "b": "бэ бе би б", "c": "си цэ це", "d": "дэ де ди д", "e": "е э", "f": "эф ф",
    "g": "гэ ге джи г", "h": "ха хэ аш эйч х", "i": "и ай", "j": "джей йот", "k": "ка кэ кей к", "l": "эль эл л",
    "m": "эм м", "n": "эн н", "o": "о оу", "p": "пэ пе пи п", "q": "кью ку", "r": "эр ар р", "s": "эс с",
    "t": "тэ те ти т", "u": "у", "v": "вэ ве ви в", "x": "икс", "y": "игрек уай вай ы", "z": "зэ зе зет зэт зед з",
    "zh": "жэ же ж", "ts": "ц", "ch": "че чэ ч", "sh": "ша ш", "sch": "ща щ", "yu": "ю", "ya": "я",
}  # fmt: skip
LETTERS: dict[str, str] = {name: letter for letter, names in _NAMES.items() for name in names.split()}
LETTER_PAIRS: dict[tuple[str, str], str] = {
    ("и", "краткое"): "y",
    ("мягкий", "знак"): "",
    ("твердый", "знак"): "",
    ("дабл", "ю"): "w",
    ("дубль", "вэ"): "w",
    ("дубль", "ве"): "w",
    ("дабл", "вэ"): "w",
}
# A single word of speech that is also a letter's name: taken for a letter only beside other letters.
COMMON_WORDS = vocabulary("а и о у я с в к е э ка те де же ха ша ти ви ар би")

_LATIN: dict[str, str] = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
# Words of addresses that are Latin by themselves, and names of mail services.
_KNOWN: dict[str, str] = {
    "яндекс": "yandex", "мейл": "mail", "мэйл": "mail", "майл": "mail", "маил": "mail", "меил": "mail", "мэил": "mail",
    "гмейл": "gmail", "гмэйл": "gmail", "джимейл": "gmail", "джимэйл": "gmail", "гмаил": "gmail", "жмейл": "gmail",
    "рамблер": "rambler", "аутлук": "outlook", "хотмейл": "hotmail", "айклауд": "icloud", "инбокс": "inbox",
    "яху": "yahoo", "бк": "bk", "ру": "ru", "ком": "com", "инфо": "info", "офис": "office", "сейлс": "sales",
    "сэйлс": "sales", "маркет": "market", "сервис": "service", "групп": "group", "груп": "group", "трейд": "trade",
    "логистик": "logistic", "логистикс": "logistics", "шоп": "shop", "хелп": "help", "саппорт": "support",
    "админ": "admin", "софт": "soft", "плюс": "plus", "онлайн": "online", "менеджер": "manager", "стайл": "style",
    "лайн": "line", "тим": "team", "хаус": "house", "хоум": "home", "клаб": "club", "клуб": "club", "медиа": "media",
    "диджитал": "digital", "дизайн": "design", "консалт": "consult", "консалтинг": "consulting", "экспресс": "express",
    "экспо": "expo", "индастри": "industry", "фуд": "food", "фудс": "foods", "фреш": "fresh", "бук": "book",
    "лтд": "ltd", "эйчар": "hr", "контакт": "contact", "директ": "direct", "хелло": "hello", "хеллоу": "hello",
}  # fmt: skip
_SERVICES = vocabulary("yandex mail gmail rambler outlook hotmail icloud inbox yahoo bk ya list")


def latin(word: str) -> tuple[str, bool]:
    """A word in Latin letters, and whether that spelling is sure: Latin already, or the name of a mail service."""
    low = word.lower()
    if low.isascii():
        return low, True
    known = _KNOWN.get(low.replace("ё", "е"))
    if known is not None:
        return known, known in _SERVICES
    return "".join(_LATIN.get(sign, sign) for sign in low), False
