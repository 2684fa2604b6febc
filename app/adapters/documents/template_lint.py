"""What is wrong with a template, in plain Russian with the place and the cure: docxtpl-lint, and a trial of our own."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.adapters.documents.docx_paper import open_document, paper_of
from app.adapters.documents.lint_texts import syntax_text, text_and_cure
from app.adapters.documents.package import broken, read_template, write_new
from app.adapters.documents.word import rendered, template_environment
from app.core.errors import UserFixable
from app.core.i18n import _
from app.proposal.bitrix_codes import codes_of
from app.proposal.document_values import NAMES, Named, values
from app.proposal.example import example
from app.proposal.ports import TemplateFault
from app.proposal.pricing import totals_by_option

if TYPE_CHECKING:
    from docxtpl_lint.core import Issue, Location, Report  # type: ignore[import-untyped]

_GOODS = {"строки", "lines", "варианты", "options"}
_TOTALS = {"итого", "total"}


class WordTemplateLinter:
    """A `TemplateLinter` for .docx templates."""

    def faults(self, path: Path) -> tuple[TemplateFault, ...]:
        """See `app.proposal.ports.TemplateLinter`."""
        content = read_template(path)
        report = _report(path, content)
        curable = _curable(report)
        found = [_fault(issue, report, is_curable=id(issue) in curable) for issue in report.issues]
        found += _of_bitrix(path, content)
        if not any(fault.is_blocking for fault in found):
            found += _of_trial(path, content)
        if not any(fault.rule.startswith("DTL") for fault in found):
            found += _missing(report.variables)
        return tuple(found)

    def cure(self, path: Path, into: Path) -> int:
        """See `app.proposal.ports.TemplateLinter`."""
        from docxtpl_lint.fixes import write_fixed  # type: ignore[import-untyped]

        content = read_template(path)
        with tempfile.TemporaryDirectory(prefix="vizir-") as folder:
            copy, mended = Path(folder) / "template.docx", Path(folder) / "mended.docx"
            copy.write_bytes(content)
            count = len(write_fixed(str(copy), str(mended)))
            write_new(into, mended.read_bytes())
        return count


def _report(path: Path, content: bytes) -> Report:
    from docxtpl_lint.core import lint_path
    from lxml.etree import XMLSyntaxError  # type: ignore[import-untyped]

    environment = template_environment()
    try:
        return lint_path(
            io.BytesIO(content),
            schema=_schema(NAMES),
            filters=set(environment.filters),
            tests=set(environment.tests),
            autoescape=True,
        )
    except (XMLSyntaxError, KeyError, ValueError, RecursionError) as error:
        raise broken(path, "template", repr(error)) from error


def _schema(names: Sequence[Named]) -> dict[str, Any]:
    """What a template may name, as the JSON schema that docxtpl-lint compares with."""
    properties: dict[str, Any] = {}
    for named in names:
        if named.is_list:
            node: dict[str, Any] = {"type": "array", "items": _schema(named.parts)}
        else:
            node = _schema(named.parts) if named.parts else {"type": "string"}
        properties[named.russian] = properties[named.english] = node
    return {"type": "object", "properties": properties}


def _curable(report: Report) -> set[int]:
    from docxtpl_lint.fixes import suggest

    return {id(fix.issue) for fix in suggest(report) if fix.safe}


def _fault(issue: Issue, report: Report, *, is_curable: bool) -> TemplateFault:
    place = _place(issue.location, report)
    is_blocking = issue.severity == "error"
    if issue.rule == "DTL304":
        text = _("Нет такого значения: «{name}».").format(name=issue.snippet.strip())
        near = _nearest(str(issue.params["path"]).replace("[*]", ""), issue.snippet)
        cure = _("Возможно, «{name}».") if near else _("Возьмите имя из списка значений в руководстве.")
        cure = cure.format(name=near)
        return TemplateFault("unknown_name", text, place, cure)
    if issue.rule == "DTL103":
        text, cure = syntax_text(str(issue.params.get("msg", "")), issue.snippet)
    else:
        text, cure = text_and_cure(issue.rule, issue.params, issue.snippet)
    return TemplateFault(issue.rule, text, place, cure, is_blocking, is_curable)


def _place(location: Location, report: Report) -> str:
    kind = re.sub(r"\d+$", "", location.part)
    part = {"header": _("верхний колонтитул"), "footer": _("нижний колонтитул"), "footnotes": _("сноски")}.get(kind)
    if location.cells:
        cell = location.cells[-1]
        at = _("таблица {table}, строка {row}, ячейка {cell}").format(table=cell.table, row=cell.row, cell=cell.col)
    elif location.paragraph:
        paragraphs = report.paragraphs.get(location.part, [])[: location.paragraph]
        at = _("абзац {number}").format(number=sum(not paragraph.cells for paragraph in paragraphs))
    else:
        at = _("весь документ")
    return f"{part}, {at}" if part else at


def _nearest(path: str, tag: str) -> str:
    """The tag with the known name most like its unknown one; empty where none is like it."""
    from rapidfuzz import fuzz, process

    parent, _dot, name = path.rpartition(".")
    known = list(_paths(NAMES))
    sisters = [one.rpartition(".")[2] for one in known if parent and one.rpartition(".")[0] == parent]
    if best := process.extractOne(name, sisters, scorer=fuzz.ratio, score_cutoff=60):
        return re.sub(rf"\b{re.escape(name)}\b", str(best[0]), tag.strip(), count=1)
    best = process.extractOne(path, known, scorer=fuzz.ratio, score_cutoff=70)
    return f"{{{{ {best[0]} }}}}" if best else ""


def _paths(names: Sequence[Named], before: str = "") -> Iterator[str]:
    for named in names:
        yield before + named.russian
        yield from _paths(named.parts, f"{before}{named.russian}.")


def _of_bitrix(path: Path, content: bytes) -> list[TemplateFault]:
    paper = paper_of(open_document(path, content, "template"))[0]
    text = _("Код «{code}» другой программы останется в КП как есть.")
    cure = _("Замените его на подстановку из списка значений или уберите.")
    return [
        TemplateFault("foreign_code", text.format(code=code), paragraph.place, cure, is_blocking=False)
        for paragraph in paper.paragraphs
        for code in codes_of(paragraph.text)
    ]


def _of_trial(path: Path, content: bytes) -> list[TemplateFault]:
    """Make an example proposal by the template: what passes here makes real ones too."""
    proposal = example()
    try:
        rendered(content, values(proposal, totals_by_option(proposal)), path, has_options=False)
    except UserFixable as error:
        return [TemplateFault(error.code, error.message, _("весь документ"), error.hint)]
    return []


def _missing(variables: Sequence[str]) -> list[TemplateFault]:
    """Values without which a proposal says too little."""
    roots = {re.split(r"[.\[]", path)[0] for path in variables}
    parts = {path.rpartition(".")[2] for path in variables}
    place = _("весь документ")
    found = []
    if not roots & _GOODS:
        cure = _("Поставьте в таблицу строку «{%tr for строка in строки %}» и под образцом «{%tr endfor %}».")
        found.append(TemplateFault("no_goods", _("В шаблоне нет таблицы товаров."), place, cure))
    elif not (roots | parts) & _TOTALS:
        cure = _("Добавьте под таблицей «{{ итого }}».")
        found.append(TemplateFault("no_total", _("В шаблоне нет итога."), place, cure, is_blocking=False))
    return found
