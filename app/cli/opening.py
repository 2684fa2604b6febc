"""Opens what a subcommand works with, and closes it whatever happens."""

from __future__ import annotations

import contextlib
import getpass
import logging
import signal
import sys
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from types import FrameType

from app import logs
from app import settings as settings_file
from app.application import App, Engines
from app.core.cancel import CancelToken
from app.core.errors import Cancelled, UserFixable, VizirError
from app.core.i18n import _
from app.settings import Folders, Settings

_log = logging.getLogger(__name__)


class TerminalPassphrase:
    """Asks for the store's passphrase on the terminal."""

    def ask(self, *, is_new: bool) -> str:
        """The passphrase, asked twice for a new store. Raises UserFixable ``secrets.no_passphrase``."""
        nobody = UserFixable(
            "secrets.no_passphrase",
            _("База защищена паролем, а спросить его не у кого."),
            hint=_("Запустите команду в терминале."),
        )
        if not sys.stdin.isatty():
            raise nobody
        try:
            typed = getpass.getpass(_("Пароль базы: "))
            if is_new and getpass.getpass(_("Ещё раз: ")) != typed:
                raise UserFixable(
                    "secrets.no_passphrase", _("Пароли не совпали."), hint=_("Запустите команду ещё раз.")
                )
        except EOFError as error:
            raise nobody from error
        if not typed:
            raise nobody
        return typed


@contextlib.contextmanager
def opened_app(args: Namespace, folders: Folders | None = None, settings: Settings | None = None) -> Iterator[App]:
    """The application over its store, closed at the end."""
    folders = folders or Folders.of_this_machine()
    with _logged(folders):
        app = args.wiring.build(
            settings or settings_file.load(folders.settings_file), folders, passphrase_asker=TerminalPassphrase()
        )
        try:
            yield app
        finally:
            app.close()


@contextlib.contextmanager
def opened_engines(args: Namespace, **changes: object) -> Iterator[Engines]:
    """The models without a store, closed at the end.

    Args:
        changes: Settings that this command overrides.
    """
    folders = Folders.of_this_machine()
    settings = replace(settings_file.load(folders.settings_file), **changes).checked()  # type: ignore[arg-type]
    with _logged(folders):
        engines = args.wiring.build_engines(settings, folders)
        try:
            yield engines
        finally:
            engines.close()


@contextlib.contextmanager
def _logged(folders: Folders) -> Iterator[None]:
    """Write the log meanwhile; what nobody expected goes into it with its place, while it is still open."""
    handler = logs.start(folders.logs)
    try:
        yield
    except (VizirError, Cancelled):
        raise
    except Exception:
        _log.exception("unexpected")
        raise
    finally:
        logs.stop(handler)


@contextlib.contextmanager
def cancel_on_signal() -> Iterator[CancelToken]:
    """A token that Ctrl+C or a polite kill sets, so that the work ends in an honest state."""
    token = CancelToken()

    def stop(_number: int, _frame: FrameType | None) -> None:
        token.cancel()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield token
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
