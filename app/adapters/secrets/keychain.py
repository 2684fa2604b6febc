"""The system's keychain, through keyring."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from app.core.errors import UserFixable
from app.core.i18n import _

_SERVICE = "Vizir"
T = TypeVar("T")


class Keychain:
    """`KeyStore` on the keychain of the operating system."""

    def get(self, name: str) -> str | None:
        import keyring

        return _asked(lambda: keyring.get_password(_SERVICE, name))

    def set(self, name: str, secret: str) -> None:
        import keyring

        _asked(lambda: keyring.set_password(_SERVICE, name, secret))

    def delete(self, name: str) -> None:
        import keyring
        from keyring.errors import PasswordDeleteError

        def delete() -> None:
            try:
                keyring.delete_password(_SERVICE, name)
            except PasswordDeleteError:
                # Some keychains say so where there was nothing; only a secret that stays is a failure.
                if keyring.get_password(_SERVICE, name) is not None:
                    raise

        _asked(delete)


def _asked(question: Callable[[], T]) -> T:
    from keyring.errors import NoKeyringError

    try:
        return question()
    except NoKeyringError as error:
        raise UserFixable(
            "secrets.no_keyring",
            _("В системе нет хранилища паролей."),
            hint=_("Установите его (в Linux: gnome-keyring или KWallet) или защитите базу своим паролем."),
            detail=repr(error),
            action="open_settings_protection",
        ) from error
    except Exception as error:
        # Read as "no password" this would have a new key made over the store's only one.
        raise UserFixable(
            "secrets.denied",
            _("Хранилище паролей системы не ответило."),
            hint=_("Разблокируйте хранилище паролей и разрешите программе доступ к нему."),
            detail=repr(error),
            action="retry",
        ) from error
