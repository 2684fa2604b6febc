"""What changes from one proposal to the next, found in last month's; a person confirms, and it becomes a template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from app.core.i18n import _
from app.proposal import bitrix_codes, option_finding, signature_finding
from app.proposal.goods_table import GoodsTable, goods_tables
from app.proposal.paper import Paper, Table, number_places, plain
from app.proposal.ports import FoundTable, FoundTemplate, Mark, MarkKind, TableColumn
from app.proposal.read_back import IN_WORDS

_MONTH = "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
_DATE = re.compile(
    rf"(?P<digits>\b\d{{2}}\.\d{{2}}\.\d{{4}}\b)|(?P<words>[«\"]?\d{{1,2}}[»\"]?\s+(?:{_MONTH})\s+\d{{4}}(?:\s*г(?:ода\b|\.|\b))?)",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"[ВвНн]\w* (?:ответ на )?[Вв]аш\w* (?:запрос|заявк|обращени|письм)\w*(?: ?№ ?\S+)? от "
    rf"(?:\d{{2}}\.\d{{2}}\.\d{{4}}|\d{{1,2}} (?:{_MONTH}) \d{{4}})(?: ?г\.)?",
)
_VALID = re.compile(r"(действ\w*|действительн\w*|срок\w*|актуальн\w*|годн\w*|в силе)[^.]{0,40}(до|по)\W*$|\bдо\W*$")
_NUMBER_RULES = (
    (0.95, re.compile(r"(?P<v>КП-\d{4}-\d+(?:/\d+)?)")),
    (
        0.9,
        re.compile(
            r"(?:предложени[ея]|\bкп|исх(?:одящий)?)\b\.?[^\d№]{0,20}(?:№|\bN[oо]?\.?)\s*(?P<v>[\w/.\-]*\d[\w/\-]*)",
            re.IGNORECASE,
        ),
    ),
    (0.7, re.compile(r"№\s*(?P<v>[\w/.\-]*\d[\w/\-]*)")),
)
_NOT_ITS_NUMBER = re.compile(r"договор|заявк|запрос|счет|инн|ваш|р/с|бик", re.IGNORECASE)
_NUMBER_LABEL = re.compile(r"^(исх(одящий)?\.?\s*)?(№|номер)( кп| предложения)?\s*:?$")
_COMPANY = re.compile(
    r"(?:\b(?:ООО|АО|ПАО|ЗАО|ОАО|НПО|НПП|НПФ|ГК|ФГУП|МУП|ГУП|ФГБУ|ГБУ|ТД|УК|ИП)\s*|"
    r"[Оо]бществ[оау] с ограниченной ответственностью\s*|[Аа]кционерно[емгу]+ обществ[оау]\s*)"
    r"[«\"“„][^»\"”\n]{2,60}[»\"”]{1,2}|\bИП\s+[А-ЯЁ][а-яё]+\s+[А-ЯЁ]\.\s?(?:[А-ЯЁ]\.)?"
)
_CLIENT_LABEL = re.compile(r"^\W*(кому|заказчик|покупатель|клиент|получатель|адресат|для)\b\s*[:–—-]?\s*")
_CONTACT = re.compile(
    r"(?:[Вв]ниманию|[Кк]онтактное лицо|[Кк]онтакт)\s*:?\s*"
    r"(?P<v>[А-ЯЁ][а-яё]+(?:\s+[А-ЯЁ][а-яё]+){0,2}(?:\s+[А-ЯЁ]\.\s?[А-ЯЁ]\.)?)"
)
_GREETED = re.compile(r"Уважаем(?:ый|ая)\s+[А-ЯЁ][а-яё]+(?:\s+[А-ЯЁ][а-яё]+){0,2}")
_INITIALS = re.compile(r"\b[А-ЯЁ][а-яё]+\s+[А-ЯЁ]\.\s?[А-ЯЁ]\.|\b[А-ЯЁ]\.\s?[А-ЯЁ]\.\s?[А-ЯЁ][а-яё]+")
_OF_SELLER = re.compile(r"\bИНН\b|тел\.|р/с|\bИП\b")
_KOPECKS = re.compile(r"\s*руб\w*\.?\s*\d{2}\s*коп\w*\.?")
_TOTAL_WORD = re.compile(r"итог\w*|всего|к оплате|на сумму|стоимость|сумма")
_TOTAL_LINE = re.compile(r"итог|всего|к оплате|ндс|общая")
_WITH_OR_WITHOUT = re.compile(r"(?P<how>без|с|с учетом|включая)\s+(?:учета\s+)?ндс[^а-я]*(?:руб\.?)?\W*$")
_TOTALS_OF = {
    TableColumn.NET_SUM: (MarkKind.TOTAL, "итого_без_ндс"),
    TableColumn.VAT: (MarkKind.VAT, "ндс"),
    TableColumn.SUM: (MarkKind.TOTAL, "итого"),
}
_LINES_OF_TOTALS = 14
# «131 100,00» does not stand in «1 131 100,00».
_WITHIN_NO_NUMBER = (r"(?<![\d.,])(?<!\d[ \u00a0\u202f](?=\d))", r"(?!\d)")


@dataclass
class _Search:
    """The marks found so far; two never overlap."""

    paper: Paper
    marks: list[Mark] = field(default_factory=list)

    def add(self, kind: MarkKind, label: str, placeholder: str, at: tuple[int, int, str], confidence: float) -> None:
        """Make the place a mark, unless it is one: `at` is the paragraph, where in it the text begins, and the text."""
        block, start, text = at
        if not text or any(
            mark.block == block and mark.start < start + len(text) and start < mark.start + len(mark.text)
            for mark in self.marks
        ):
            return
        place = self.paper.paragraphs[block].place
        self.marks.append(Mark(kind, label, text, place, confidence, placeholder, block, start))

    def has(self, kind: MarkKind) -> bool:
        return any(mark.kind is kind for mark in self.marks)


def find(paper: Paper) -> FoundTemplate:
    """The table of goods, and every place of the document that belongs to this one proposal only."""
    if bitrix_codes.has_codes(paper):
        return bitrix_codes.find(paper)
    tables = goods_tables(paper)
    goods = max(tables, key=lambda found: (found.confidence, len(found.rows)), default=None)
    search = _Search(paper)
    head = _head(paper, goods)
    _find_asked(search)
    _find_number(search, head)
    _find_client(search, head, goods)
    _find_dates(search, head)
    if goods is not None:
        _find_totals(search, goods)
    for label, placeholder, at, confidence in signature_finding.places(paper, _below(paper, goods)):
        search.add(MarkKind.MANAGER, label, placeholder, at, confidence)
    table = None
    if goods is not None and goods.rows:
        table = FoundTable(goods.number, goods.header, dict(goods.columns), goods.rows, goods.confidence)
        search.marks.append(_table_mark(paper, goods))
    wanted = (
        (MarkKind.TABLE, _("таблица товаров")),
        (MarkKind.NUMBER, _("номер")),
        (MarkKind.DATED, _("дата")),
        (MarkKind.COMPANY, _("клиент")),
        (MarkKind.TOTAL, _("итог")),
    )
    missing = tuple(label for kind, label in wanted if not search.has(kind))
    vat_line, dropped, rates = _join_vat_lines(search)
    marks = sorted(search.marks, key=lambda mark: (mark.block, mark.start))
    repeated = option_finding.repeated(paper, goods, marks) if goods is not None and table is not None else None
    return FoundTemplate(
        tuple(option_finding.of_option(mark) for mark in marks) if repeated else tuple(marks),
        table,
        missing=missing,
        vat_line=vat_line,
        dropped=dropped,
        repeated=repeated,
        notes=tuple(_notes(rates, has_options=repeated is not None)) if table is not None else (),
        refusal=_refusal([one for one in tables if one.rows]),
    )


def _refusal(tables: Sequence[GoodsTable]) -> str:
    """Goods of a second table would go to the next client as they stand."""
    if len(tables) < 2:
        return ""
    named = ", ".join(_("вариант {name}").format(name=one.option) for one in tables if one.option)
    text = _(
        "Таблиц товаров здесь {count}{named}: шаблон делается из КП с одной, иначе товары прошлого клиента останутся "
        "в нём. Оставьте в Word одну таблицу и выберите файл снова: для вариантов она повторится."
    )
    return text.format(count=len(tables), named=f" ({named})" if named else "")


def _notes(rates: Sequence[str], *, has_options: bool) -> Iterator[str]:
    if len(rates) > 1:
        text = _(
            "НДС здесь по нескольким ставкам ({rates}): в шаблоне одна строка, она повторится для каждой ставки КП."
        )
        yield text.format(rates=", ".join(rates))
    if not has_options:
        yield _(
            "КП с вариантами (А, Б) по этому шаблону не сделать: таблицу с итогами нельзя повторить, сумма названа и в "
            "другом месте или между ними стоит то, что меняется. Для вариантов есть встроенные шаблоны."
        )


def _join_vat_lines(search: _Search) -> tuple[int, tuple[int, ...], list[str]]:
    """Make the first line of VAT one that stands for each rate, and take the marks of those behind it out.

    A line is a row of a table or a paragraph that holds a rate and an amount and nothing else that changes.

    Returns:
        A paragraph of the first line, -1 where there is none; those of the further lines; the rates of all of them.
    """
    paragraphs = search.paper.paragraphs

    def line_of(mark: Mark) -> tuple[int, int]:
        one = paragraphs[mark.block]
        return (-1, mark.block) if one.table is None or one.row is None else (one.table, one.row)

    by_line: dict[tuple[int, int], list[Mark]] = {}
    for mark in sorted(search.marks, key=lambda mark: (mark.block, mark.start)):
        by_line.setdefault(line_of(mark), []).append(mark)
    lines = [
        marks
        for marks in by_line.values()
        if all(mark.kind is MarkKind.VAT for mark in marks) and len({"%" in mark.text for mark in marks}) == 2
    ]
    if not lines:
        return -1, (), []
    of_lines = [mark for marks in lines for mark in marks]
    search.marks = [mark for mark in search.marks if mark not in of_lines]
    for mark in lines[0]:
        name = "налог.ставка" if "%" in mark.text else "налог.сумма"
        tail = mark.placeholder.rpartition("}}")[2]
        search.marks.append(replace(mark, placeholder=f"{{{{ {name} }}}}{tail}"))
    dropped = tuple(dict.fromkeys(mark.block for marks in lines[1:] for mark in marks))
    return lines[0][0].block, dropped, list(dict.fromkeys(mark.text for mark in of_lines if "%" in mark.text))


def _head(paper: Paper, goods: GoodsTable | None) -> list[int]:
    """Paragraphs above the goods, then those of headers."""
    end = paper.tables[goods.number].first if goods is not None else len(paper.paragraphs)
    body = [at for at in range(end) if paper.paragraphs[at].part == "body"]
    return body + [at for at, paragraph in enumerate(paper.paragraphs) if paragraph.part != "body"]


def _below(paper: Paper, goods: GoodsTable | None) -> list[int]:
    first = paper.tables[goods.number].last + 1 if goods is not None else 0
    return [at for at in range(first, len(paper.paragraphs)) if paper.paragraphs[at].part == "body"]


def _table_mark(paper: Paper, goods: GoodsTable) -> Mark:
    first = paper.tables[goods.number].rows[goods.rows[0]][0].paragraphs[0]
    columns = ", ".join(goods.headings[at] for at in sorted(goods.columns.values()))
    place = _("таблица {number}").format(number=goods.number + 1)
    return Mark(MarkKind.TABLE, _("Таблица товаров"), columns, place, goods.confidence, "", first, 0)


def _find_asked(search: _Search) -> None:
    for block, paragraph in enumerate(search.paper.paragraphs):
        for match in _ASKED.finditer(paragraph.text):
            search.add(MarkKind.ASKED, _("Запрос клиента"), "{{ запрос }}", (block, match.start(), match.group()), 0.7)


def _find_number(search: _Search, head: list[int]) -> None:
    for confidence, rule in _NUMBER_RULES:
        for block in head:
            text = search.paper.paragraphs[block].text
            match = rule.search(text)
            if match is None or (confidence < 0.9 and _NOT_ITS_NUMBER.search(text)):
                continue
            value = match["v"].rstrip(".,")
            search.add(MarkKind.NUMBER, _("Номер"), "{{ номер }}", (block, match.start("v"), value), confidence)
            _same_elsewhere(search, MarkKind.NUMBER, _("Номер"), "{{ номер }}", value)
            return
    for label, block in _labelled(search.paper, head):
        value = search.paper.paragraphs[block].text.strip()
        if _NUMBER_LABEL.match(label) and re.search(r"\d", value) and len(value) < 30:
            start = search.paper.paragraphs[block].text.index(value)
            search.add(MarkKind.NUMBER, _("Номер"), "{{ номер }}", (block, start, value), 0.85)
            return


def _labelled(paper: Paper, blocks: list[int]) -> Iterator[tuple[str, int]]:
    """Paragraphs that stand in the cell right of a label, or below it; with the label."""
    for before, block in pairwise(blocks):
        one, two = paper.paragraphs[before], paper.paragraphs[block]
        if one.table == two.table and one.text.strip() and len(one.text) < 40:
            yield plain(one.text), block


def _find_client(search: _Search, head: list[int], goods: GoodsTable | None) -> None:
    paper = search.paper
    ours = _sellers(paper, goods)
    places: list[tuple[float, int, int, str]] = []
    for block in head:
        text = paper.paragraphs[block].text
        label = _CLIENT_LABEL.match(plain(text))
        for match in _COMPANY.finditer(text):
            if plain(match.group()) not in ours or label:
                places.append((0.9 if label else 0.65, block, match.start(), match.group()))
    labels = {block: label for label, block in _labelled(paper, head)}
    places = [(0.9 if _CLIENT_LABEL.match(labels.get(b, "")) else c, b, s, t) for c, b, s, t in places]
    if places:
        confidence, block, start, text = max(places, key=lambda place: (place[0], -place[1]))
        search.add(MarkKind.COMPANY, _("Клиент"), "{{ клиент.компания }}", (block, start, text), confidence)
        _same_elsewhere(search, MarkKind.COMPANY, _("Клиент"), "{{ клиент.компания }}", text)
        near = [at for at in head if block - 3 <= at <= block + 4]
    else:
        near = _client_without_form(search, head, labels)
    _find_contact(search, head, near)


def _client_without_form(search: _Search, head: list[int], labels: dict[int, str]) -> list[int]:
    """A client named behind its label without «ООО»: the rest of the line."""
    for block in head:
        text = search.paper.paragraphs[block].text
        label = _CLIENT_LABEL.match(text.casefold())
        rest = text[label.end() :].strip() if label and ":" in text[: label.end() + 1] else ""
        if not rest and _CLIENT_LABEL.fullmatch(labels.get(block, "")):
            rest = text.strip()
        if 2 < len(rest) < 80:
            search.add(MarkKind.COMPANY, _("Клиент"), "{{ клиент.компания }}", (block, text.index(rest), rest), 0.6)
            return [at for at in head if block <= at <= block + 4]
    return []


def _sellers(paper: Paper, goods: GoodsTable | None) -> set[str]:
    """Companies that stand where only the seller stands: in headers, beside requisites, at the end."""
    below = set(_below(paper, goods)) if goods is not None else set()
    ours = set()
    for block, paragraph in enumerate(paper.paragraphs):
        row = " ".join(
            other.text
            for other in paper.paragraphs[max(0, block - 2) : block + 3]
            if other.part == paragraph.part and other.table == paragraph.table
        )
        if paragraph.part != "body" or block in below or _OF_SELLER.search(row):
            is_addressee = _CLIENT_LABEL.match(plain(paragraph.text)) is not None
            if not is_addressee:
                ours |= {plain(match.group()) for match in _COMPANY.finditer(paragraph.text)}
    return ours


def _find_contact(search: _Search, head: list[int], near: list[int]) -> None:
    paragraphs = search.paper.paragraphs
    label = _("Контактное лицо")
    for block in head:
        if match := _CONTACT.search(paragraphs[block].text):
            search.add(MarkKind.CONTACT, label, "{{ клиент.контакт }}", (block, match.start("v"), match["v"]), 0.85)
    if not search.has(MarkKind.CONTACT):
        for block in near:
            text = paragraphs[block].text
            match = _INITIALS.search(text)
            if match and not _OF_SELLER.search(text):
                search.add(MarkKind.CONTACT, label, "{{ клиент.контакт }}", (block, match.start(), match.group()), 0.6)
                break
    for block in head:
        if match := _GREETED.search(paragraphs[block].text):
            # «Уважаемый» agrees with the person; the words that take its place fit everybody.
            words = "{{ клиент.контакт }}, здравствуйте"
            search.add(MarkKind.CONTACT, _("Обращение"), words, (block, match.start(), match.group()), 0.6)


def _find_dates(search: _Search, head: list[int]) -> None:
    paper = search.paper
    number = next((mark.block for mark in search.marks if mark.kind is MarkKind.NUMBER), -1)
    labels = {block: label for label, block in _labelled(paper, list(range(len(paper.paragraphs))))}
    own: list[tuple[float, int, re.Match[str]]] = []
    for block, paragraph in enumerate(paper.paragraphs):
        for match in _DATE.finditer(paragraph.text):
            before = plain(paragraph.text[: match.start()])
            label = labels.get(block, "") if not before else ""
            if _VALID.search(before) or re.search(r"действ|срок", label):
                form = "действует_до" if match["digits"] else "действует_до_словами"
                text = match.group()
                search.add(
                    MarkKind.VALID_UNTIL, _("Действует до"), f"{{{{ {form} }}}}", (block, match.start(), text), 0.9
                )
            elif block in head and not re.search(r"запрос|заявк|договор|письм|обращен", before[-60:]):
                is_sure = block == number or re.search(r"(^|\b(от|дата))\W*$", before) or "дата" in label
                own.append((0.9 if is_sure else 0.6, block, match))
    if own:
        confidence, _block, best = max(own, key=lambda place: (place[0], place[1] == number, -place[1]))
        for _sure, block, match in own:
            if match.group() == best.group():
                form = "дата" if match["digits"] else "дата_словами"
                search.add(
                    MarkKind.DATED, _("Дата"), f"{{{{ {form} }}}}", (block, match.start(), match.group()), confidence
                )


def _find_totals(search: _Search, goods: GoodsTable) -> None:
    paper = search.paper
    table = paper.tables[goods.number]
    cells = [cell for row in goods.ending for cell in table.rows[row]]
    ending = [at for cell in cells for at in cell.paragraphs]
    columns = {column: role for role, column in goods.columns.items() if role in _TOTALS_OF}
    by_column = {at: columns[cell.column] for cell in cells if cell.column in columns for at in cell.paragraphs}
    below = [at for at in range(table.last + 1, len(paper.paragraphs)) if paper.paragraphs[at].part == "body"]
    seen_words, label, row = False, "", (-1, -1)
    for block in ending + below[:_LINES_OF_TOTALS]:
        paragraph = paper.paragraphs[block]
        here = (
            paragraph.table if paragraph.table is not None else -1,
            paragraph.row if paragraph.row is not None else block,
        )
        label = f"{label} {paragraph.text}" if here == row else paragraph.text
        row = here
        if match := IN_WORDS.search(paragraph.text):
            search.add(
                MarkKind.IN_WORDS, _("Сумма прописью"), "{{ прописью }}", (block, match.start(), match.group()), 0.95
            )
            seen_words = True
        elif seen_words and not _TOTAL_LINE.search(plain(label)):
            break
        if _TOTAL_LINE.search(plain(label)):
            _find_amounts(search, block, label[: len(label) - len(paragraph.text)], by_column.get(block))
    for mark in [mark for mark in search.marks if mark.kind in {MarkKind.TOTAL, MarkKind.IN_WORDS}]:
        _same_elsewhere(search, mark.kind, mark.label, mark.placeholder, mark.text, but=table)


def _find_amounts(search: _Search, block: int, before: str, column: TableColumn | None) -> None:
    text = search.paper.paragraphs[block].text
    for start, end, value in number_places(text):
        tail = plain(before + text[:start])
        if value < 100 and not re.search(r"[.,]\d{2}$", text[start:end]):
            continue
        kind, placeholder = _amount(tail)
        if kind is MarkKind.TOTAL and column is not None and not _WITH_OR_WITHOUT.search(tail):
            kind, placeholder = _TOTALS_OF[column]
        if kind is None:
            continue
        kopecks = _KOPECKS.match(text, end)
        shown = text[start : kopecks.end()] if kopecks else text[start:end]
        label = _("НДС") if kind is MarkKind.VAT else _("Итог")
        words = f"{{{{ {placeholder} }}}}" + (" руб." if kopecks else "")
        search.add(kind, label, words, (block, start, shown), 0.9)
    for match in re.finditer(r"\d{1,2}\s?%", text):
        if "ндс" in plain(before + text[: match.start()])[-30:]:
            rate = _("Ставка НДС")
            search.add(MarkKind.VAT, rate, "{{ ставка_ндс }}", (block, match.start(), match.group()), 0.85)


def _amount(label: str) -> tuple[MarkKind | None, str]:
    """What an amount is, by the words before it."""
    if how := _WITH_OR_WITHOUT.search(label):
        return MarkKind.TOTAL, "итого_без_ндс" if how["how"] == "без" else "итого"
    total = max((match.start() for match in _TOTAL_WORD.finditer(label)), default=-1)
    vat = label.rfind("ндс")
    if "скидк" in label[total + 1 :] or (vat < 0 and total < 0):
        return None, ""
    return (MarkKind.VAT, "ндс") if vat > total or "сумма ндс" in label[total:] else (MarkKind.TOTAL, "итого")


def _same_elsewhere(  # noqa: PLR0917
    search: _Search, kind: MarkKind, label: str, placeholder: str, text: str, but: Table | None = None
) -> None:
    """The same words in other places are the same thing: in a header, in the covering text, but not in the goods."""
    if len(text) < 4:
        return
    for block, paragraph in enumerate(search.paper.paragraphs):
        if but is not None and but.first <= block <= but.last:
            continue
        for match in re.finditer(rf"{_WITHIN_NO_NUMBER[0]}{re.escape(text)}{_WITHIN_NO_NUMBER[1]}", paragraph.text):
            search.add(kind, label, placeholder, (block, match.start(), text), 0.8)
