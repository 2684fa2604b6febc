"""Make the built-in templates of proposals: `python -m installer.proposal_templates` writes resources/templates/*.docx.

They stand in the repository as files; this says how they came about, so that one change of style reaches all three.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "templates"
# On every Windows and Mac; elsewhere Liberation Sans has the same widths, so that pages break alike.
FONT = "Arial"
ACCENT, INK, SOFT, RULE, WASH = "14566B", "1E262B", "66727A", "CFD8DC", "EFF4F6"
WIDTH = 17.2
LEFT, RIGHT, CENTER = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.CENTER


@dataclass(frozen=True)
class Column:
    """A column of the table of goods; `value` may have a second, paler line; `is_money` adds «, ₽» to the heading."""

    heading: str
    value: str
    width: float
    align: WD_ALIGN_PARAGRAPH = RIGHT
    second: str = ""
    is_strong: bool = False
    is_money: bool = False


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, made in (("short", short()), ("full", full()), ("price_request", price_request())):
        made.core_properties.created = made.core_properties.modified = datetime(2026, 11, 22, tzinfo=UTC)
        made.save(str(FOLDER / f"{name}.docx"))
        print(f"{name}.docx")


def full() -> Document:
    """The full proposal: addressee, need, goods by option, terms, next step, signature."""
    made = _new("Коммерческое предложение {{ номер }}")
    _letterhead(made)
    _footer(made)
    _say(made, "Коммерческое предложение", size=20, color=ACCENT, bold=True, before=2, after=1)
    _say(made, "{{ номер }} от {{ дата_словами }}", size=10.5, color=SOFT, after=8)
    _facts(
        made,
        [
            ("Кому", ["{{ клиент.компания }}"], _contact_lines()),
            ("Действует до", ["{{ действует_до_словами }}"], []),
            ("Ваш менеджер", ["{{ менеджер.имя }}"], [("менеджер.телефон", "{{ менеджер.телефон }}")]),
        ],
    )
    _words(made, before=12)
    _goods_by_option(
        made,
        [
            Column("№", "{{ строка.номер }}", 0.7, LEFT),
            Column("Наименование", "{{ строка.название }}", 3.1, LEFT, "строка.примечание"),
            Column("Ед.", "{{ строка.ед }}", 1.6, LEFT),
            Column("Кол-во", "{{ строка.кол }}", 1.3),
            Column("{{ вариант.шапка.скидка }}", "{{ строка.скидка }}", 1.6, RIGHT, "строка.цена_без_скидки"),
            Column("{{ вариант.шапка.цена }}", "{{ строка.цена }}", 2.4, is_money=True),
            Column("{{ вариант.шапка.сумма_без_ндс }}", "{{ строка.сумма_без_ндс }}", 2.2, is_money=True),
            Column(
                "{{ вариант.шапка.ндс_если_нужен }}", "{{ строка.ндс }}", 1.9, RIGHT, "строка.ставка", is_money=True
            ),
            Column("{{ вариант.шапка.сумма }}", "{{ строка.сумма }}", 2.4, is_strong=True, is_money=True),
        ],
    )
    _say(made, "{{ ндс_пометка }}", size=8.5, color=SOFT, before=2, after=0)
    _heading(made, "Условия")
    _terms(made)
    _next_step(made)
    _signature(made)
    _say(made, "{{ правовой_статус }}", size=8, color=SOFT, before=8, after=0)
    return made


def short() -> Document:
    """A letter of one page with the table in it."""
    made = _new("Предложение {{ номер }}")
    _letterhead(made)
    _footer(made)
    table = _table(made, [10.2, 7.0])
    left, right = table.rows[0].cells
    _fill(left, "Предложение {{ номер }}", size=14, color=ACCENT, bold=True)
    _add(left, "{{ дата_словами }}", size=9.5, color=SOFT, before=2)
    _fill(right, "{{ клиент.компания }}", size=10, bold=True, align=RIGHT)
    for value, text in _contact_lines():
        _if(right, value, text, size=9.5, color=SOFT, align=RIGHT)
    _say(made, "", size=4, after=4)
    _words(made, before=4)
    _goods_by_option(
        made,
        [
            Column("№", "{{ строка.номер }}", 0.8, LEFT),
            Column("Наименование", "{{ строка.название }}", 4.9, LEFT, "строка.примечание"),
            Column("Кол-во", "{{ строка.кол }} {{ строка.ед }}", 2.2),
            Column("{{ вариант.шапка.скидка }}", "{{ строка.скидка }}", 1.9, RIGHT, "строка.цена_без_скидки"),
            Column("{{ вариант.шапка.цена }}", "{{ строка.цена }}", 2.4, is_money=True),
            Column(
                "{{ вариант.шапка.ндс_если_нужен }}", "{{ строка.ндс }}", 2.3, RIGHT, "строка.ставка", is_money=True
            ),
            Column("{{ вариант.шапка.сумма }}", "{{ строка.сумма }}", 2.7, is_strong=True, is_money=True),
        ],
    )
    _say(made, "{%p for условие in условия %}")
    paragraph = _say(made, "", size=10, after=4)
    _run(paragraph, "{{ условие.заголовок }}. ", bold=True, color=ACCENT)
    _run(paragraph, "{{ условие.текст }}")
    _say(made, "{%p endfor %}")
    _if(made, "следующий_шаг", "{{ следующий_шаг }}", size=10, before=4, after=4)
    _signature(made)
    _say(made, "{{ ндс_пометка }} {{ срок_действия }} {{ правовой_статус }}", size=8, color=SOFT, before=12, after=0)
    return made


def price_request() -> Document:
    """The answer to a buyer's request for prices: unit price, rate, VAT and total stand in every row."""
    made = _new("Ответ на запрос цен {{ номер }}")
    _letterhead(made, requisites=True)
    _footer(made)
    table = _table(made, [8.6, 8.6])
    left, right = table.rows[0].cells
    _fill(left, "Исх. № {{ номер }}", size=10)
    _add(left, "от {{ дата_словами }}", size=10, before=1)
    _fill(right, "{{ клиент.компания }}", size=10, bold=True, align=LEFT)
    for value, text in (("клиент.инн", "ИНН {{ клиент.инн }}"), *_contact_lines()):
        _if(right, value, text, size=10, align=LEFT)
    _say(made, "Ответ на запрос цен", size=15, color=ACCENT, bold=True, before=18, after=8)
    _if(made, "запрос", "{{ запрос }} сообщаем цены и условия поставки.", size=10, after=4)
    _if(made, "not запрос", "Сообщаем цены и условия поставки.", size=10, after=4)
    _if(made, "письмо", "{{ письмо }}", size=10, after=4)
    _goods_by_option(
        made,
        [
            Column("№", "{{ строка.номер }}", 0.7, LEFT),
            Column("Наименование, артикул", "{{ строка.название }}", 2.4, LEFT, "строка.артикул"),
            Column("Ед.", "{{ строка.ед }}", 1.4, LEFT),
            Column("Кол-во", "{{ строка.кол }}", 1.3),
            Column("{{ вариант.шапка.цена }}", "{{ строка.цена }}", 2.1, is_money=True),
            Column("{{ вариант.шапка.сумма_без_ндс }}", "{{ строка.сумма_без_ндс }}", 2.2, is_money=True),
            Column("{{ вариант.шапка.ставка }}", "{{ строка.ставка }}", 1.2),
            Column("{{ вариант.шапка.ндс }}", "{{ строка.ндс }}", 1.9, is_money=True),
            Column("{{ вариант.шапка.сумма }}", "{{ строка.сумма }}", 2.3, is_strong=True, is_money=True),
            Column("{{ вариант.шапка.срок }}", "{{ строка.срок }}", 1.7),
        ],
    )
    _say(made, "{{ ндс_пометка }}", size=9, color=SOFT, before=2, after=0)
    _heading(made, "Условия поставки")
    _terms(made)
    _say(made, "{{ правовой_статус }}", size=9, color=SOFT, before=8, after=0)
    _signature(made, with_stamp=True)
    return made


def _contact_lines() -> list[tuple[str, str]]:
    return [("клиент.контакт", "{{ клиент.контакт }}"), ("клиент.должность", "{{ клиент.должность }}")]


def _new(title: str) -> Document:
    made = docx.Document()
    section = made.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.0), Cm(1.8)
    section.top_margin, section.bottom_margin = Cm(1.4), Cm(1.7)
    section.header_distance, section.footer_distance = Cm(0.6), Cm(0.8)
    section.different_first_page_header_footer = True
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(10)
    normal.font.color.rgb = RGBColor.from_string(INK)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
        fonts.attrib.pop(qn(theme), None)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "ru-RU")
    normal.element.get_or_add_rPr().append(language)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.12
    _slim(made)
    made.core_properties.title, made.core_properties.author = title, "{{ продавец.название }}"
    made.core_properties.comments = ""
    return made


def _slim(made: Document) -> None:
    """Without the 160 styles, their copy for Word 2010 and the thumbnail: opening takes half the time."""
    styles = made.styles.element
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:default")) != "1" and style.get(qn("w:styleId")) not in {"Header", "Footer"}:
            styles.remove(style)
    unused = ("/thumbnail", "/customXml", "/stylesWithEffects")
    for owner in (made.part.package.rels, made.part.rels):
        for key in [key for key, rel in owner.items() if rel.reltype.endswith(unused)]:
            del owner[key]


def _letterhead(made: Document, *, requisites: bool = False) -> None:
    """It stands in the text, not in the header: not every program moves the text below a tall header."""
    table = _table(made, [8.2, 9.0])
    left, right = table.rows[0].cells
    left.vertical_alignment = right.vertical_alignment = WD_ALIGN_VERTICAL.BOTTOM
    _fill(left, "{{ продавец.бренд }}", size=19, color=ACCENT, bold=True)
    _fill(right, "{{ продавец.название }}", size=8.5, bold=True, align=RIGHT)
    rest = ["{{ продавец.реквизиты }}"] if requisites else []
    for text in (*rest, "{{ продавец.адрес }}", "{{ продавец.связь }}"):
        _add(right, text, size=8, color=SOFT, align=RIGHT, before=1)
    _border(table.rows[0], "bottom", ACCENT, 14)
    _pad_row(table.rows[0], bottom=100)
    _say(made, "", size=5, after=6)

    later = made.sections[0].header.paragraphs[0]
    _tab(later)
    _run(later, "{{ продавец.бренд }}", size=8.5, color=ACCENT, bold=True)
    _run(later, "\t{{ номер }} от {{ дата }}", size=8.5, color=SOFT)
    later.paragraph_format.space_after = Pt(6)
    _paragraph_border(later, "bottom", RULE, 6, space=4)


def _footer(made: Document) -> None:
    section = made.sections[0]
    for paragraph in (section.first_page_footer.paragraphs[0], section.footer.paragraphs[0]):
        _tab(paragraph)
        _run(paragraph, "{{ продавец.название }} · {{ продавец.реквизиты }}", size=7.5, color=SOFT)
        _run(paragraph, "\t", size=7.5)
        _field(paragraph, "PAGE")
        _run(paragraph, " из ", size=7.5, color=SOFT)
        _field(paragraph, "NUMPAGES")


def _facts(made: Document, facts: Sequence[tuple[str, list[str], list[tuple[str, str]]]]) -> None:
    table = _table(made, [8.0, 4.4, 4.8])
    for cell, (label, strong, rest) in zip(table.rows[0].cells, facts, strict=True):
        _shade(cell, WASH)
        _fill(cell, label.upper(), size=7, color=ACCENT, bold=True)
        for text in strong:
            _add(cell, text, size=10, bold=True, before=2)
        for value, text in rest:
            _if(cell, value, text, size=9, color=SOFT, before=1)
    _pad_row(table.rows[0], top=110, bottom=110)
    _inset(table.rows[0], 0.25, 0.15)


def _words(made: Document, *, before: float) -> None:
    _if(made, "запрос", "{{ запрос }}", size=10, before=before, after=4, color=SOFT)
    _if(made, "письмо", "{{ письмо }}", size=10.5, before=2, after=5)
    _if(made, "потребность", "{{ потребность }}", size=10.5, after=5)


def _goods_by_option(made: Document, columns: Sequence[Column]) -> None:
    _say(made, "{%p for вариант in варианты %}")
    _say(made, "{%p if вариант.заголовок %}")
    _say(made, "{{ вариант.заголовок }}", size=12.5, color=ACCENT, bold=True, before=10, after=0, keep=True)
    _say(made, "{%p endif %}")
    _say(made, "", size=4, after=2, keep=True)
    _goods(made, columns)
    _say(made, "", size=2, after=0, keep=True)
    _totals(made)
    _say(made, "{{ вариант.прописью }}", size=9.5, color=SOFT, align=RIGHT, before=3, after=4)
    _say(made, "{%p endfor %}")


def _goods(made: Document, columns: Sequence[Column]) -> None:
    assert abs(sum(column.width for column in columns) - WIDTH) < 0.05, sum(column.width for column in columns)  # noqa: S101
    table = made.add_table(4, len(columns))
    _lay_out(table, [column.width for column in columns])
    head, opening, row, closing = table.rows
    for column, cell in zip(columns, head.cells, strict=True):
        _fill(cell, column.heading, size=8, color=ACCENT, bold=True, align=column.align, keep=True)
        if column.is_money:
            _roubles(cell, ",\u00a0", size=8, color=ACCENT, bold=True)
        cell.vertical_alignment = WD_ALIGN_VERTICAL.BOTTOM
        _shade(cell, WASH)
    _mark_row(head, "w:tblHeader")
    _border(head, "bottom", ACCENT, 8)
    opening.cells[0].paragraphs[0].add_run("{%tr for строка in вариант.строки %}")
    for column, cell in zip(columns, row.cells, strict=True):
        _fill(cell, column.value, size=9, align=column.align, bold=column.is_strong)
        if column.second:
            is_old_price = column.second == "строка.цена_без_скидки"
            text = f"{{{{ {column.second} }}}}"
            _if(cell, column.second, text, size=7.5, color=SOFT, align=column.align, before=1, strike=is_old_price)
    # What all rows share stands in the table: of 300 rows it would else be written, and read, 2,000 times.
    _rule_rows(table, RULE, 4)
    _pad_rows(table, 60)
    closing.cells[0].paragraphs[0].add_run("{%tr endfor %}")
    for each in (head, row):
        _mark_row(each, "w:cantSplit")
        _inset(each, 0.09, 0.09)


def _totals(made: Document) -> None:
    table = made.add_table(4, 2)
    _lay_out(table, [5.2, 4.0], align=WD_TABLE_ALIGNMENT.RIGHT)
    opening, row, closing, grand = table.rows
    opening.cells[0].paragraphs[0].add_run("{%tr for итог in вариант.итоги %}")
    _fill(row.cells[0], "{{ итог.название }}", size=9.5, color=SOFT, align=RIGHT, keep=True)
    _fill(row.cells[1], "{{ итог.сумма }}", size=9.5, align=RIGHT, keep=True)
    _roubles(row.cells[1], "\u00a0", size=9.5)
    closing.cells[0].paragraphs[0].add_run("{%tr endfor %}")
    _fill(grand.cells[0], "Всего к оплате", size=11.5, color=ACCENT, bold=True, align=RIGHT, keep=True)
    _fill(grand.cells[1], "{{ вариант.итого }}", size=11.5, color=ACCENT, bold=True, align=RIGHT, keep=True)
    _roubles(grand.cells[1], "\u00a0", size=11.5, color=ACCENT, bold=True)
    _border(grand, "top", ACCENT, 8)
    for each in (row, grand):
        _mark_row(each, "w:cantSplit")
        _pad_row(each, top=35, bottom=35)
        _inset(each, 0.09, 0.09)


def _terms(made: Document) -> None:
    table = made.add_table(4, 2)
    _lay_out(table, [3.4, WIDTH - 3.4])
    opening, row, closing, validity = table.rows
    opening.cells[0].paragraphs[0].add_run("{%tr for условие in условия %}")
    _fill(row.cells[0], "{{ условие.заголовок }}", size=9.5, bold=True)
    _fill(row.cells[1], "{{ условие.текст }}", size=9.5)
    closing.cells[0].paragraphs[0].add_run("{%tr endfor %}")
    _fill(validity.cells[0], "Срок действия", size=9.5, bold=True)
    _fill(validity.cells[1], "{{ срок_действия }}", size=9.5)
    for each in (row, validity):
        _mark_row(each, "w:cantSplit")
        _border(each, "bottom", RULE, 4)
        _pad_row(each, top=50, bottom=50)


def _next_step(made: Document) -> None:
    _say(made, "{%p if следующий_шаг %}")
    paragraph = _say(made, "", size=10, before=10, after=0, keep=True)
    _run(paragraph, "Следующий шаг. ", bold=True, color=ACCENT)
    _run(paragraph, "{{ следующий_шаг }}")
    paragraph.paragraph_format.left_indent = Cm(0.35)
    _paragraph_border(paragraph, "left", ACCENT, 18, space=7)
    _say(made, "{%p endif %}")


def _signature(made: Document, *, with_stamp: bool = False) -> None:
    _say(made, "", size=4, before=10, after=0, keep=True)
    table = made.add_table(2, 3)
    _lay_out(table, [7.0, 4.4, 5.8])
    (left, line, right), (below_left, stamp, below_right) = (row.cells for row in table.rows)
    _fill(left, "{{ менеджер.должность }}", size=10, keep=True)
    _fill(right, "{{ менеджер.имя }}", size=10, bold=True, keep=True)
    _fill(below_left, "{{ продавец.название }}", size=9, color=SOFT)
    _fill(stamp, "М. П." if with_stamp else "подпись", size=7.5, color=SOFT, align=CENTER)
    _fill(below_right, "{{ менеджер.телефон }}", size=9, color=SOFT)
    _if(below_right, "менеджер.почта", "{{ менеджер.почта }}", size=9, color=SOFT, before=1)
    _cell_border(line, "bottom", SOFT, 4)
    for row in table.rows:
        _mark_row(row, "w:cantSplit")
        _pad_row(row, top=20)
    for cell in (right, below_right):
        cell.paragraphs[0].paragraph_format.left_indent = Cm(0.4)
    for paragraph in below_right.paragraphs[1:]:
        paragraph.paragraph_format.left_indent = Cm(0.4)


def _heading(made: Document, text: str) -> None:
    _say(made, text, size=12.5, color=ACCENT, bold=True, before=10, after=3, keep=True)


def _say(
    made: Document,
    text: str,
    *,
    size: float = 10,
    color: str = INK,
    bold: bool = False,
    align: WD_ALIGN_PARAGRAPH = LEFT,
    before: float = 0,
    after: float = 0,
    keep: bool = False,
) -> Paragraph:
    paragraph = made.add_paragraph()
    _write(paragraph, text, size=size, color=color, bold=bold, align=align, before=before, keep=keep)
    paragraph.paragraph_format.space_after = Pt(after)
    return paragraph


def _if(
    where: Document | _Cell,
    condition: str,
    text: str,
    *,
    size: float,
    color: str = INK,
    align: WD_ALIGN_PARAGRAPH = LEFT,
    before: float = 0,
    after: float = 0,
    strike: bool = False,
) -> None:
    """A paragraph that is there only where `condition` holds."""
    where.add_paragraph(f"{{%p if {condition} %}}")
    paragraph = where.add_paragraph()
    _write(paragraph, text, size=size, color=color, align=align, before=before, strike=strike)
    paragraph.paragraph_format.space_after = Pt(after)
    where.add_paragraph("{%p endif %}")


def _fill(
    cell: _Cell,
    text: str,
    *,
    size: float,
    color: str = INK,
    bold: bool = False,
    align: WD_ALIGN_PARAGRAPH = LEFT,
    keep: bool = False,
) -> None:
    _write(cell.paragraphs[0], text, size=size, color=color, bold=bold, align=align, keep=keep)


def _roubles(cell: _Cell, before: str, *, size: float, color: str = INK, bold: bool = False) -> None:
    """The sign stands in a run of its own: a font without it is replaced for a whole run."""
    _run(cell.paragraphs[0], before, size=size, color=color, bold=bold)
    _run(cell.paragraphs[0], "₽", size=size, color=color, bold=bold)


def _add(
    cell: _Cell,
    text: str,
    *,
    size: float,
    color: str = INK,
    bold: bool = False,
    align: WD_ALIGN_PARAGRAPH = LEFT,
    before: float = 0,
) -> None:
    _write(cell.add_paragraph(), text, size=size, color=color, bold=bold, align=align, before=before)


def _write(
    paragraph: Paragraph,
    text: str,
    *,
    size: float,
    color: str = INK,
    bold: bool = False,
    align: WD_ALIGN_PARAGRAPH = LEFT,
    before: float = 0,
    keep: bool = False,
    strike: bool = False,
) -> None:
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = Pt(before)
    paragraph.paragraph_format.keep_with_next = keep or None
    if text:
        _run(paragraph, text, size=size, color=color, bold=bold).font.strike = strike or None
    else:
        _size_of_mark(paragraph, size)


def _run(paragraph: Paragraph, text: str, *, size: float = 10, color: str = INK, bold: bool = False) -> Run:
    run = paragraph.add_run(text)
    run.font.size, run.font.bold = Pt(size), bold or None
    run.font.color.rgb = RGBColor.from_string(color)
    return run


def _size_of_mark(paragraph: Paragraph, size: float) -> None:
    """The height of an empty paragraph is that of its mark."""
    properties = paragraph._p.get_or_add_pPr()
    mark, height = OxmlElement("w:rPr"), OxmlElement("w:sz")
    height.set(qn("w:val"), str(int(size * 2)))
    mark.append(height)
    properties.append(mark)


def _table(made: Document, widths: Sequence[float]) -> Table:
    table = made.add_table(1, len(widths))
    _lay_out(table, widths)
    return table


def _lay_out(table: Table, widths: Sequence[float], align: WD_TABLE_ALIGNMENT = WD_TABLE_ALIGNMENT.LEFT) -> None:
    table.autofit = False
    table.alignment = align
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)
    properties = table._tbl.tblPr
    total = properties.find(qn("w:tblW"))
    if total is None:
        total = OxmlElement("w:tblW")
        properties.append(total)
    total.set(qn("w:w"), str(round(sum(widths) * 567)))
    total.set(qn("w:type"), "dxa")
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), "0")
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        look.addprevious(margins)
    else:
        properties.append(margins)


def _mark_row(row: _Row, name: str) -> None:
    properties = row._tr.get_or_add_trPr()
    if name == "w:cantSplit":
        properties.insert(0, OxmlElement(name))
    else:
        properties.append(OxmlElement(name))


def _shade(cell: _Cell, color: str) -> None:
    shade = OxmlElement("w:shd")
    for key, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", color)):
        shade.set(qn(key), value)
    _put(cell, shade)


def _border(row: _Row, side: str, color: str, eighths: int) -> None:
    for cell in row.cells:
        _cell_border(cell, side, color, eighths)


def _cell_border(cell: _Cell, side: str, color: str, eighths: int) -> None:
    borders = cell._tc.get_or_add_tcPr().find(qn("w:tcBorders"))
    if borders is None:
        borders = OxmlElement("w:tcBorders")
        _put(cell, borders)
    borders.append(_edge(side, color, eighths))


def _edge(side: str, color: str, eighths: int, space: int = 0) -> OxmlElement:
    edge = OxmlElement(f"w:{side}")
    for key, value in (("w:val", "single"), ("w:sz", str(eighths)), ("w:space", str(space)), ("w:color", color)):
        edge.set(qn(key), value)
    return edge


def _rule_rows(table: Table, color: str, eighths: int) -> None:
    """A line below each row of a table."""
    borders = OxmlElement("w:tblBorders")
    for side in ("bottom", "insideH"):
        borders.append(_edge(side, color, eighths))
    table._tbl.tblPr.find(qn("w:tblLayout")).addprevious(borders)


def _pad_rows(table: Table, twentieths: int) -> None:
    """Inner margins above and below the text of each cell of a table, in twentieths of a point."""
    margins = table._tbl.tblPr.find(qn("w:tblCellMar"))
    for place, side in ((0, "top"), (2, "bottom")):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(twentieths))
        edge.set(qn("w:type"), "dxa")
        margins.insert(place, edge)


def _inset(row: _Row, left: float, right: float) -> None:
    """Room beside the text of a row, in centimetres: margins of cells would shift the table in some programs."""
    for cell in row.cells:
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.left_indent, paragraph.paragraph_format.right_indent = Cm(left), Cm(right)


def _pad_row(row: _Row, **edges: int) -> None:
    """Inner margins of the cells of a row, in twentieths of a point."""
    for cell in row.cells:
        margins = OxmlElement("w:tcMar")
        for side in ("top", "bottom"):
            if side in edges:
                edge = OxmlElement(f"w:{side}")
                edge.set(qn("w:w"), str(edges[side]))
                edge.set(qn("w:type"), "dxa")
                margins.append(edge)
        _put(cell, margins)


# Word wants the properties of a cell in this order. Source: ECMA-376 part 1, CT_TcPr.
_ORDER = ("tcW", "gridSpan", "vMerge", "tcBorders", "shd", "noWrap", "tcMar", "textDirection", "tcFitText", "vAlign")


def _put(cell: _Cell, element: OxmlElement) -> None:
    properties = cell._tc.get_or_add_tcPr()
    properties.append(element)
    properties[:] = sorted(properties, key=lambda child: _ORDER.index(child.tag.rpartition("}")[2]))


def _paragraph_border(paragraph: Paragraph, side: str, color: str, eighths: int, space: int) -> None:
    borders = OxmlElement("w:pBdr")
    borders.append(_edge(side, color, eighths, space))
    properties = paragraph._p.get_or_add_pPr()
    follows = [properties.find(qn(name)) for name in ("w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")]
    first = next((element for element in follows if element is not None), None)
    if first is not None:
        first.addprevious(borders)
    else:
        properties.append(borders)


def _tab(paragraph: Paragraph) -> None:
    # The styles of headers and footers bring tab stops of their own.
    paragraph.style = "Normal"
    stops = paragraph.paragraph_format.tab_stops
    stops.add_tab_stop(Cm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)


def _field(paragraph: Paragraph, name: str) -> None:
    for kind in ("begin", "code", "separate", "shown", "end"):
        run = _run(paragraph, "1" if kind == "shown" else "", size=7.5, color=SOFT)
        if kind == "code":
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = f" {name} "
            run._r.append(code)
        elif kind != "shown":
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


if __name__ == "__main__":
    main()
