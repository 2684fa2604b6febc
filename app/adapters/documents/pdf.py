"""A .docx as a PDF by the best converter of this machine: Word, else LibreOffice, else the built-in one."""

from __future__ import annotations

import base64
import logging
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from app.adapters.documents.package import read_document, write_new
from app.adapters.documents.preview import opened
from app.core.i18n import _

_log = logging.getLogger(__name__)
_WORD_S = 40.0
_LIBREOFFICE_S = 90.0
_PLACES_OF_LIBREOFFICE = (
    "C:/Program Files/LibreOffice/program/soffice.exe",
    "C:/Program Files (x86)/LibreOffice/program/soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
# 17 is wdExportFormatPDF, 3 is msoAutomationSecurityForceDisable. Source: Word VBA reference.
_WORD_SCRIPT = """
$ErrorActionPreference = 'Stop'
$word = New-Object -ComObject Word.Application
try {{
  $word.Visible = $false
  $word.DisplayAlerts = 0
  $word.AutomationSecurity = 3
  $document = $word.Documents.Open('{docx}', $false, $true, $false)
  $document.ExportAsFixedFormat('{pdf}', 17)
  $document.Close(0)
}} finally {{ $word.Quit(0) }}
"""


class PdfByBestConverter:
    """A `PdfConverter`.

    Args:
        profile: Folder for LibreOffice's own settings, kept so that its next start is quicker; None for a fresh one
            each time. Never that of the person, whose open LibreOffice would take the conversion over.
    """

    def __init__(self, profile: Path | None = None) -> None:
        self._profile = profile
        self._lock = threading.Lock()

    def convert(self, docx: Path, into: Path) -> str:
        """See `app.proposal.ports.PdfConverter`."""
        read_document(docx)
        with self._lock, tempfile.TemporaryDirectory(prefix="vizir-pdf-", ignore_cleanup_errors=True) as folder:
            here = Path(folder)
            # A short plain name: converters are shy of long ones, of spaces and of Cyrillic.
            source, made = here / "proposal.docx", here / "proposal.pdf"
            shutil.copyfile(docx, source)
            name = self._by_office(source, made)
            if name is None:
                write_new(into, bytes(opened(docx).to_pdf()))
                return _("встроенный преобразователь")
            write_new(into, made.read_bytes())
            return name

    def _by_office(self, source: Path, made: Path) -> str | None:
        """The name of the office program that made it; None where there is none, or it failed."""
        if _has_word() and _run(_word_command(source, made), _WORD_S) and _is_pdf(made):
            return "Microsoft Word"
        soffice = find_libreoffice()
        if soffice is not None:
            profile = self._profile or source.parent / "profile"
            profile.mkdir(parents=True, exist_ok=True)
            if _run(_libreoffice_command(soffice, profile, source), _LIBREOFFICE_S) and _is_pdf(made):
                return "LibreOffice"
        return None


def find_libreoffice() -> Path | None:
    """LibreOffice of this machine."""
    named = shutil.which("soffice") or shutil.which("libreoffice")
    places = [Path(named)] if named else [Path(place) for place in _PLACES_OF_LIBREOFFICE]
    return next((place for place in places if place.exists()), None)


def _libreoffice_command(soffice: Path, profile: Path, source: Path) -> list[str]:
    return [
        str(soffice),
        f"-env:UserInstallation={profile.resolve().as_uri()}",
        *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--convert-to", "pdf"),
        *("--outdir", str(source.parent), str(source)),
    ]


def _has_word() -> bool:
    if sys.platform != "win32":
        return False
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_CLASSES_ROOT, r"Word.Application\CLSID"):
            return True
    except OSError:
        return False


def _word_command(source: Path, made: Path) -> list[str]:
    script = _WORD_SCRIPT.format(docx=str(source).replace("'", "''"), pdf=str(made).replace("'", "''"))
    encoded = base64.b64encode(script.encode("utf-16-le")).decode("ascii")
    return ["powershell", "-NoProfile", "-NonInteractive", "-EncodedCommand", encoded]


def _run(command: list[str], limit_s: float) -> bool:
    """Whether the command ended well within its time; one that hangs is killed with all it started."""
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    try:
        process = subprocess.Popen(  # noqa: S603  # no shell; the paths are ours
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            creationflags=flags,
        )
    except OSError as error:
        _log.warning("no PDF by %s: %r", Path(command[0]).name, error)
        return False
    try:
        code = process.wait(limit_s)
    except subprocess.TimeoutExpired:
        _kill(process)
        _log.warning("no PDF by %s within %.0f s", Path(command[0]).name, limit_s)
        return False
    if code:
        _log.warning("no PDF by %s: it ended with %d", Path(command[0]).name, code)
    return code == 0


def _kill(process: subprocess.Popen[bytes]) -> None:
    import psutil

    try:
        family = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]
    except psutil.NoSuchProcess:
        family = []
    for member in family:
        try:
            member.kill()
        except psutil.NoSuchProcess:
            continue
    process.wait(10)


def _is_pdf(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0
