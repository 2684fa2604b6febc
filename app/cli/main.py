"""Chooses the subcommand and turns errors into one line and an exit code."""

from __future__ import annotations

import argparse
import importlib
import logging
import re
import sys
from types import ModuleType, TracebackType
from typing import NoReturn

from app import __version__, settings
from app.application import Wiring
from app.core.errors import Bug, Cancelled, ModelOutputRejected, VizirError
from app.core.i18n import _, set_language

SUBCOMMANDS = (
    "setup",
    "doctor",
    "transcribe",
    "process",
    "proposal",
    "ask",
    "hygiene",
    "import",
    "queue",
    "resume",
    "deliver",
    "demo",
)
_MODULES = {"import": "import_calls"}

OK, FAILED, WRONG_USAGE, BAD_INPUT, MISSING = 0, 1, 2, 3, 4
_CODES_OF_BAD_INPUT = (
    "audio.",
    "recording.",
    "transcript.",
    "profile.",
    "input.",
    "file.",
    "table.",
    "crm_file.",
    "asr.file_gone",
    "proposal.",
    "template.",
    "document.exists",
    "document.no_rights",
)
_CODES_OF_MISSING = ("asr.", "llm.", "models.", "crm.")

_SILENT = logging.NullHandler()
_log = logging.getLogger(__name__)


def run_command(arguments: list[str], wiring: Wiring) -> int:
    """Run one subcommand; returns its exit code as CLI.md lists them. Errors become one line on standard error."""
    set_language(settings.language_of_environment())
    for stream in (sys.stdout, sys.stderr):
        # A Windows console of an older code page must not break on «», and a pipe gets UTF-8 as promised.
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.excepthook = report_unexpected
    # Without any handler logging writes to standard error, where only the one line belongs.
    logging.getLogger("app").addHandler(_SILENT)
    try:
        module = _module(arguments)
        parser = _parser(module)
        args = parser.parse_args(arguments)
        if module is None:
            parser.error("the following arguments are required: " + "|".join(SUBCOMMANDS))
        args.wiring = wiring
        return int(module.run(args))
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else WRONG_USAGE
    except VizirError as error:
        _log.info("%s: %s", error.code, error.detail)
        return _said(str(error), exit_code(error))
    except (Cancelled, KeyboardInterrupt):
        return _said(_("Остановлено. Сделанное сохранено: запустите ту же команду ещё раз."), FAILED)


def exit_code(error: VizirError) -> int:
    """The exit code for an error: 3 for bad input, 4 for a missing model, server or CRM, 1 for the rest."""
    return FAILED if isinstance(error, Bug | ModelOutputRejected) else exit_code_of(error.code)


def exit_code_of(code: str) -> int:
    """The same for an error of which only the code was kept."""
    if code.startswith(_CODES_OF_BAD_INPUT):
        return BAD_INPUT
    return MISSING if code.startswith(_CODES_OF_MISSING) else FAILED


def say_error(text: str) -> None:
    """One line on standard error."""
    sys.stderr.write(" ".join(text.split()) + "\n")


def _said(text: str, code: int) -> int:
    say_error(text)
    return code


def report_unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Put an error that nobody expected into the log, and one line about it on standard error."""
    _log.error("unexpected", exc_info=(kind, error, trace))
    text = _("Ошибка программы: {error}. Запустите «doctor»; если не поможет, пришлите журнал разработчику.")
    _said(text.format(error=f"{kind.__name__}: {error}"), FAILED)


def _module(arguments: list[str]) -> ModuleType | None:
    """The module of the subcommand asked for: only this one is imported, the start of each counts."""
    name = next((a for a in arguments if not a.startswith("-")), None)
    return module_of(name) if name in SUBCOMMANDS else None


def module_of(name: str) -> ModuleType:
    """The module of a subcommand."""
    return importlib.import_module(f"app.cli.{_MODULES.get(name, name)}")


def _parser(module: ModuleType | None) -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m app", description=_("Визирь: от записи звонка до завизированной карточки CRM."))
    parser.add_argument("--version", action="version", version=f"vizir {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="|".join(SUBCOMMANDS))
    for name in SUBCOMMANDS:
        command = commands.add_parser(name)
        if module is not None and name == module.NAME:
            module.add_arguments(command)
    return parser


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, in the language in force."""

    def error(self, message: str) -> NoReturn:
        for pattern, text in (
            (r"the following arguments are required: (.*)", _("Не хватает: {what}.")),
            (r"unrecognized arguments: (.*)", _("Лишнее в команде: {what}.")),
            (r"argument .*?: invalid choice: '?(.*?)'?(?: \(choose.*)?", _("Такой команды или значения нет: {what}.")),
            (r"argument (.*?): expected .*", _("После {what} нужно значение.")),
            (r"argument (.*)", _("Неверно {what}.")),
            (r"(.*)", _("Неверная команда: {what}.")),
        ):
            found = re.fullmatch(pattern, message, re.DOTALL)
            if found:
                help_text = _("Справка: {command} --help").format(command=self.prog)
                self.exit(WRONG_USAGE, " ".join(f"{text.format(what=found[1])} {help_text}".split()) + "\n")
        raise AssertionError(message)
