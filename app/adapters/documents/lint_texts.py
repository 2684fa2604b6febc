"""The rules of docxtpl-lint 2.0 in plain Russian: what is wrong, and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from app.core.i18n import _

_SPACE_IN_NAME = re.compile(r"expected token '(?:end of print statement|end of statement block)', got '(.+)'")
_SIGN = re.compile(r"unexpected char '?(.+?)'? at")
_UNKNOWN_TAG = re.compile(r"unknown tag '(\w+)'")


def text_and_cure(rule: str, params: Mapping[str, Any], snippet: str) -> tuple[str, str]:
    """One sentence about the fault and one about its cure; an unknown rule is named by its id."""
    texts = _texts()
    text, cure = texts.get(rule) or (
        _("Ошибка в подстановке (правило {rule}).").format(rule=rule),
        _("Сравните её с примером из руководства."),
    )
    shown = {
        "raw": str(params.get("raw") or params.get("open_raw") or snippet).strip(),
        "close": str(params.get("close", "}}")),
        "kw": str(params.get("kw", "")),
        "name": str(params.get("name", "")),
        "pair": str(params.get("close_raw", "")).strip(),
        "rest": str(params.get("rest", "")).strip()[:60],
    }
    for key, value in shown.items():
        text, cure = text.replace(f"<{key}>", value), cure.replace(f"<{key}>", value)
    return text, cure


def syntax_text(message: str, snippet: str) -> tuple[str, str]:
    """The same for what Jinja says of its syntax."""
    shown = snippet.strip()
    if match := _SPACE_IN_NAME.search(message):
        text = _("В подстановке «{tag}» лишнее «{word}».").format(tag=shown, word=match[1])
        return text, _("В имени значения не бывает пробелов: слова соединяет подчёркивание, «действует_до».")
    if match := _SIGN.search(message):
        text = _("В подстановке «{tag}» знак «{sign}» не на месте.").format(tag=shown, sign=match[1])
        return text, _("Имя значения пишется без кавычек и без этого знака: «{{ номер }}».")
    if match := _UNKNOWN_TAG.search(message):
        text = _("Команды «{word}» нет.").format(word=match[1])
        return text, _("Есть «for … endfor» и «if … endif».")
    text = _("Подстановка «{tag}» написана с ошибкой.").format(tag=shown)
    return text, _("Сравните её с примером из руководства.")


def _texts() -> dict[str, tuple[str, str]]:
    prefix = _("Начало и конец пишутся с одной приставкой: «{%tr for … %}» и «{%tr endfor %}».")
    own_row = _("Поставьте начало цикла в строку над образцом, а конец в строку под ним.")
    own_paragraph = _("Перенесите остальное в соседний абзац.")
    in_cell = _("Перенесите её в ячейку таблицы.")
    plain = _("Оставьте только имя значения: «{{ строка.цена }}».")
    return {
        "DTL001": (
            _("Подстановка «<raw>» не закрыта."),
            _("Допишите в её конце «<close>»."),
        ),
        "DTL002": (
            _("Подстановка «<raw>» разорвана между абзацами."),
            _("Поставьте её целиком в один абзац."),
        ),
        "DTL003": (
            _("Подстановка стоит в удалённом, но не принятом исправлении."),
            _("Примите или отклоните в Word все исправления."),
        ),
        "DTL005": (_("Лишняя пометка для проверки: «<raw>»."), _("Уберите её.")),
        "DTL101": (
            _("Команда «<kw>» не закрыта."),
            _("Допишите ниже «{% end<kw> %}», в таблице «{%tr end<kw> %}»."),
        ),
        "DTL102": (
            _("У «<raw>» нет начала."),
            _("Уберите её или допишите выше начало цикла или условия."),
        ),
        "DTL104": (_("Преобразования «<name>» нет."), plain),
        "DTL105": (_("Проверки «is <name>» нет."), plain),
        "DTL106": (
            _("«<name>» есть только внутри цикла."),
            _("Перенесите подстановку между началом и концом цикла."),
        ),
        "DTL201": (
            _("В команде «<raw>» нельзя писать знак процента и фигурную скобку."),
            _("Уберите их из команды."),
        ),
        "DTL202": (
            _("В «<raw>» лишний пробел перед приставкой."),
            _("Напишите слитно: «{%tr for … %}»."),
        ),
        "DTL203": (_("«<raw>» стоит вне таблицы."), _("Перенесите её в таблицу или уберите приставку «tr».")),
        "DTL204": (_("«<pair>» закрывает «<raw>» с другой приставкой."), prefix),
        "DTL205": (
            _("Цикл «<raw>» начат в одной таблице, а закончен в другой: строки пропадут."),
            _("Поставьте его начало и конец в одну таблицу."),
        ),
        "DTL206": (_("Начало и конец цикла «<raw>» стоят в одной строке таблицы."), own_row),
        "DTL207": (
            _("Цикл по столбцам «<raw>» выходит за свою строку."),
            _("Поставьте начало и конец в одну строку."),
        ),
        "DTL208": (_("«<raw>» работает только в ячейке таблицы."), in_cell),
        "DTL209": (
            _("Рядом с «<raw>» стоит «<rest>»: этот текст пропадёт."),
            own_paragraph,
        ),
        "DTL210": (
            _("Начало и конец «<raw>» стоят в одном абзаце."),
            _("Поставьте начало, текст и конец в отдельные абзацы."),
        ),
        "DTL305": (
            _("«<raw>» перебирает то, что не список."),
            _("Списки: «строки», «варианты», «итоги», «ндс_по_ставкам», «условия»."),
        ),
    }
