"""A proposal as a Word document: docxtpl in a sandbox, and a look at the result before it is kept."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.adapters.documents.package import broken, code_refused, read_template, write_new
from app.core.errors import UserFixable
from app.core.i18n import _
from app.proposal.document_values import COLUMN_OUT, values
from app.proposal.model import Proposal, Totals

if TYPE_CHECKING:
    from docx.document import Document
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from lxml.etree import _Element  # type: ignore[import-untyped]

MOST_LINES = 5000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEFTOVER = re.compile(r"\{\{|\{%|\}\}|%\}|\{#")
_PARAGRAPH = re.compile(r"<w:p(?: [^>]*)?>.*?</w:p>", re.DOTALL)
_SIGN = re.compile(r"[\t\n\a\f]")
_OPTION_NAMES = {"варианты", "options"}


class WordWriter:
    """A `DocumentWriter` of .docx templates with placeholders."""

    def render(
        self,
        proposal: Proposal,
        totals: Mapping[str, Totals],
        template: Path,
        into: Path,
        *,
        most_rows: int | None = None,
    ) -> None:
        """See `app.proposal.ports.DocumentWriter`."""
        if len(proposal.lines) > MOST_LINES:
            raise UserFixable(
                "document.too_long",
                _("В КП {count} строк, а в один документ входит до {most}.").format(
                    count=len(proposal.lines), most=MOST_LINES
                ),
                hint=_("Разделите КП на несколько."),
            )
        content = read_template(template)
        shown = values(proposal, totals, most_rows)
        write_new(into, rendered(content, shown, template, has_options=bool(proposal.options)))


@cache
def template_environment() -> ImmutableSandboxedEnvironment:
    """The Jinja environment of templates: values may be shown and looped over, and nothing else."""
    from jinja2 import StrictUndefined, Template
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Environment(ImmutableSandboxedEnvironment):
        # A template of one line could fill the memory with "x" * 10**10.
        intercepted_binops = frozenset({"*", "**"})

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            raise SecurityError(f"operator {operator} is not allowed")

        def from_string(self, source: Any, globals: Any = None, template_class: Any = None) -> Template:
            # The parts of a template are the same in each proposal and after each change of it.
            if globals or template_class or not isinstance(source, str):
                return super().from_string(source, globals, template_class)
            return compiled(source)

    @lru_cache(maxsize=64)
    def compiled(source: str) -> Template:
        return super(Environment, environment).from_string(source)

    environment = Environment(autoescape=True, undefined=StrictUndefined)
    environment.globals.clear()
    for name in ("format", "center", "indent", "xmlattr", "pprint", "attr", "map", "safe", "urlize"):
        environment.filters.pop(name, None)
    return environment


def rendered(content: bytes, context: dict[str, Any], template: Path, *, has_options: bool) -> bytes:
    """The document made from the bytes of a template; `template` names it in errors.

    Raises:
        UserFixable: What `DocumentWriter.render` raises of the template.
    """
    from docx.opc.exceptions import OpcError
    from jinja2.exceptions import SecurityError, TemplateError, UndefinedError
    from lxml.etree import XMLSyntaxError

    environment = template_environment()
    try:
        document = _template_class()(io.BytesIO(content))
        if has_options and not document.get_undeclared_template_variables(environment) & _OPTION_NAMES:
            raise UserFixable(
                "template.no_options",
                _("В шаблоне «{name}» нет места для нескольких вариантов.").format(name=template.name),
                hint=_("Возьмите встроенный шаблон или обведите таблицу циклом «for вариант in варианты»."),
                action="open_settings",
            )
        document.render(context, jinja_env=environment, autoescape=True)
    except SecurityError as error:
        raise code_refused(template, repr(error)) from error
    except UndefinedError as error:
        raise _fault(template, _("в нём названо значение, которого нет"), repr(error)) from error
    except TemplateError as error:
        raise _fault(template, _("в нём ошибка в подстановке"), repr(error)) from error
    except XMLSyntaxError as error:
        raise _fault(template, _("подстановки портят разметку документа"), repr(error)) from error
    except (TypeError, OverflowError, ValueError, ZeroDivisionError, AttributeError, RecursionError) as error:
        raise _fault(template, _("значение в нём использовано не так, как можно"), repr(error)) from error
    except (OpcError, KeyError, OSError) as error:
        raise broken(template, "template", repr(error)) from error
    _tidy(document.docx)
    stream = io.BytesIO()
    document.docx.save(stream)
    _check(stream.getvalue(), template)
    return stream.getvalue()


@cache
def _template_class() -> Any:
    from docxtpl import DocxTemplate  # type: ignore[import-untyped]

    class Template(DocxTemplate):  # type: ignore[misc]
        def resolve_listing(self, xml: str) -> str:
            """Line breaks and tabs of values as Word has them; paragraphs without any are left as they stand.

            docxtpl 0.20.2 takes every run of every paragraph apart, which is a quarter of the time of 300 rows.
            """
            resolve = super().resolve_listing
            return _PARAGRAPH.sub(lambda found: resolve(found[0]) if _SIGN.search(found[0]) else found[0], xml)

    return Template


def _fault(template: Path, what: str, detail: str) -> UserFixable:
    return UserFixable(
        "template.fault",
        _("По шаблону «{name}» нельзя сделать КП: {what}.").format(name=template.name, what=what),
        hint=_("Проверьте шаблон в настройках: программа назовёт место и что исправить."),
        detail=detail,
        action="open_settings",
    )


def _tidy(document: Document) -> None:
    """Take out the columns that are not needed, and what Word would stumble over or give away."""
    body = document.element.body
    marked = [text for text in body.iter(f"{_W}t") if COLUMN_OUT in (text.text or "")]
    for table in dict.fromkeys(next(text.iterancestors(f"{_W}tbl"), None) for text in marked):
        if table is not None:
            _take_columns_out(table)
    for text in marked:
        text.text = text.text.replace(COLUMN_OUT, "")
    for table in list(body.iter(f"{_W}tbl")):
        if table.find(f"{_W}tr") is None:
            table.getparent().remove(table)
    for cell in body.iter(f"{_W}tc"):
        # Word opens no cell whose last element is no paragraph.
        if len(cell) == 0 or cell[-1].tag != f"{_W}p":
            cell.append(cell.makeelement(f"{_W}p", {}))
    # It names a folder of the author's machine, and Word would load from there.
    for element in document.settings.element.findall(f"{_W}attachedTemplate"):
        element.getparent().remove(element)
    for rel in document.part.rels.values():
        if rel.reltype.endswith("/settings"):
            links = rel.target_part.rels
            for key in [key for key, link in links.items() if link.reltype.endswith("/attachedTemplate")]:
                del links[key]


def _take_columns_out(table: _Element) -> None:
    rows = [_placed(row) for row in table.findall(f"{_W}tr")]
    header = next((row for row in rows if any(COLUMN_OUT in _text(cell) for _at, _span, cell in row)), [])
    out = sorted((at for at, _span, cell in header if COLUMN_OUT in _text(cell)), reverse=True)
    grid = table.find(f"{_W}tblGrid")
    widths = [int(column.get(f"{_W}w", "0")) for column in grid] if grid is not None else []
    widest = max((at for at in range(len(widths)) if at not in out), key=lambda at: widths[at], default=None)
    freed = sum(widths[at] for at in out if at < len(widths))
    for row in rows:
        for at, span, cell in row:
            gone = sum(at <= column < at + span for column in out)
            if gone == span:
                cell.getparent().remove(cell)
            elif gone:
                _set_span(cell, span - gone)
            elif at == widest and span == 1:
                _widen(cell, freed)
    if grid is not None and widest is not None:
        grid[widest].set(f"{_W}w", str(widths[widest] + freed))
        for at in out:
            if at < len(widths):
                grid.remove(grid[at])


def _placed(row: _Element) -> list[tuple[int, int, _Element]]:
    """The cells of a row, each with the grid column it begins at and the number of columns it takes."""
    before = row.find(f"{_W}trPr/{_W}gridBefore")
    at = int(before.get(f"{_W}val", "0")) if before is not None else 0
    found = []
    for cell in row.iterchildren(f"{_W}tc"):
        properties = cell.find(f"{_W}tcPr")
        span = properties.find(f"{_W}gridSpan") if properties is not None else None
        width = int(span.get(f"{_W}val", "1")) if span is not None else 1
        found.append((at, width, cell))
        at += width
    return found


def _set_span(cell: _Element, span: int) -> None:
    found = cell.find(f"{_W}tcPr/{_W}gridSpan")
    if found is not None:
        found.set(f"{_W}val", str(span))


def _widen(cell: _Element, by: int) -> None:
    width = cell.find(f"{_W}tcPr/{_W}tcW")
    if width is not None and width.get(f"{_W}type") == "dxa":
        width.set(f"{_W}w", str(int(width.get(f"{_W}w", "0")) + by))


def _text(element: _Element) -> str:
    return "".join(text.text or "" for text in element.iter(f"{_W}t"))


def _check(content: bytes, template: Path) -> None:
    """Open what was made as Word would, and look for anything left unfilled."""
    import docx

    document = docx.Document(io.BytesIO(content))
    parts = [document.element.body]
    for section in document.sections:
        for half in (section.header, section.footer, section.first_page_header, section.first_page_footer):
            if not half.is_linked_to_previous:
                parts.append(half._element)
    for part in parts:
        if not any("{" in text.text or "}" in text.text for text in part.iter(f"{_W}t") if text.text):
            continue
        for paragraph in part.iter(f"{_W}p"):
            text = _text(paragraph)
            if _LEFTOVER.search(text):
                raise UserFixable(
                    "template.leftover",
                    _("В документе осталась незаполненная подстановка: «{text}».").format(text=text[:80]),
                    hint=_("Проверьте шаблон «{name}» в настройках.").format(name=template.name),
                    action="open_settings",
                )
