"""The company's own templates: looked at, mended, or made of last month's proposal."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from app.core.errors import UserFixable
from app.core.i18n import _
from app.proposal.ports import FoundTemplate, TemplateFault, TemplateFinder, TemplateLinter

_TAG = re.compile(rb"<[^>]+>")
_PARTS = re.compile(r"word/(?:document|header\d*|footer\d*)\.xml")
_PLACEHOLDER = re.compile(rb"\{\{|\{%")


@dataclass(frozen=True, slots=True)
class TemplateLook:
    """A Word file as a template.

    Args:
        faults: What is wrong with its placeholders, in the order of the document.
        found: What changes from one proposal to the next, where the file is a proposal without placeholders; else None.
    """

    path: Path
    faults: tuple[TemplateFault, ...] = ()
    found: FoundTemplate | None = None

    @property
    def is_blocked(self) -> bool:
        """True where no document can be made of it."""
        is_refused = self.found is not None and bool(self.found.refusal)
        return is_refused or any(fault.is_blocking for fault in self.faults)

    @property
    def is_curable(self) -> bool:
        """True where some of its faults are mended by themselves."""
        return any(fault.is_curable for fault in self.faults)


class OwnTemplates:
    """Keeps copies, so that a file that is moved or changed afterwards breaks no proposal.

    Args:
        linter: Made when first needed, like `finder`.
        folder: Where the copies lie.
    """

    def __init__(
        self, linter: Callable[[], TemplateLinter], finder: Callable[[], TemplateFinder], folder: Path
    ) -> None:
        self._linter = linter
        self._finder = finder
        self._folder = folder

    def known(self) -> tuple[Path, ...]:
        """The company's templates that were taken once, by name."""
        return tuple(sorted(self._folder.glob("*.docx"))) if self._folder.is_dir() else ()

    def look(self, path: Path) -> TemplateLook:
        """What a Word file is as a template.

        Raises:
            UserFixable: ``template.missing``, ``template.broken``, ``template.macros``.
        """
        faults = self._linter().faults(path)
        if _has_placeholders(path):
            return TemplateLook(path, faults)
        return TemplateLook(path, (), self._finder().find(path))

    def cure(self, look: TemplateLook) -> TemplateLook:
        """A copy with everything mended that can be mended by itself, looked at anew.

        Raises:
            UserFixable: As `look`, and the ``document.`` codes of writing.
        """
        into = self._free_name(look.path)
        self._linter().cure(look.path, into)
        return self.look(into)

    def take(
        self, look: TemplateLook, left_out: frozenset[int] = frozenset(), kept_codes: frozenset[str] = frozenset()
    ) -> Path:
        """The template, copied or made of an old proposal, as proposals are to name it.

        Args:
            left_out: Places in `look.found.marks` that stay as they are.
            kept_codes: Those of `look.found.unknown_codes` that stay as they are.

        Raises:
            UserFixable: As `look`, ``template.copy``, and the ``document.`` codes of writing.
        """
        if look.path.parent == self._folder:
            return look.path
        into = self._free_name(look.path)
        if look.found is None:
            _copy(look.path, into)
        else:
            marks = tuple(mark for place, mark in enumerate(look.found.marks) if place not in left_out)
            codes = tuple(code for code in look.found.unknown_codes if code not in kept_codes)
            self._finder().write(look.path, replace(look.found, marks=marks, unknown_codes=codes), into)
        return into

    def _free_name(self, path: Path) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        number = 1
        into = self._folder / path.name
        while into.exists():
            number += 1
            into = self._folder / f"{path.stem}-{number}{path.suffix}"
        return into


def _copy(path: Path, into: Path) -> None:
    try:
        shutil.copyfile(path, into)
    except OSError as error:
        raise UserFixable(
            "template.copy",
            _("Шаблон «{name}» не скопирован в папку программы.").format(name=path.name),
            hint=_("Проверьте, что файл не открыт в Word и на диске есть место."),
            detail=repr(error),
        ) from error


def _has_placeholders(path: Path) -> bool:
    with zipfile.ZipFile(path) as package:
        parts = [name for name in package.namelist() if _PARTS.fullmatch(name)]
        return any(_PLACEHOLDER.search(_TAG.sub(b"", package.read(name))) for name in parts)
