"""Finds the key of the store: in the keychain, else by a passphrase that the person types."""

from __future__ import annotations

import secrets

from app.core.errors import UserFixable
from app.core.i18n import _
from app.core.keys import KeyKind, KeyStore, PassphraseAsker, StoreKey

_KEY_BYTES = 32
_SALT_BYTES = 16


class StoreKeys:
    """`KeySource` over a keychain and a person.

    The key lies in the keychain under the salt with which its file begins: each store finds its own key, also after
    it was moved, and so do its backup copies.

    Args:
        protection: "keyring" or "passphrase", as `Settings.store_protection`. Where the system has no keychain, a
            passphrase is asked for.
    """

    def __init__(self, key_store: KeyStore, asker: PassphraseAsker, protection: str) -> None:
        self._key_store = key_store
        self._asker = asker
        self._protection = protection

    def for_new_store(self) -> StoreKey:
        key = self.new_in_keychain() if self._protection == "keyring" else None
        return key or StoreKey(KeyKind.PASSPHRASE, self._ask(is_new=True))

    def new_in_keychain(self) -> StoreKey | None:
        key = StoreKey(KeyKind.RAW, secrets.token_hex(_KEY_BYTES), secrets.token_hex(_SALT_BYTES))
        try:
            self._key_store.set(_name(key.salt), key.secret)
            is_kept = self._key_store.get(_name(key.salt)) == key.secret
        except UserFixable as error:
            if error.code == "secrets.no_keyring":
                return None
            raise
        if not is_kept:
            raise UserFixable(
                "secrets.denied",
                _("Хранилище паролей системы не сохранило ключ базы."),
                hint=_("Разблокируйте хранилище паролей или защитите базу своим паролем."),
                action="open_settings_protection",
            )
        return key

    def for_store(self, salt: str) -> StoreKey:
        try:
            secret = self._key_store.get(_name(salt))
        except UserFixable as error:
            if error.code != "secrets.no_keyring":
                raise
            return StoreKey(KeyKind.PASSPHRASE, self._ask(is_new=False), salt)
        if secret is not None:
            return StoreKey(KeyKind.RAW, secret, salt)
        try:
            return StoreKey(KeyKind.PASSPHRASE, self._ask(is_new=False), salt)
        except UserFixable as error:
            if self._protection == "passphrase" or error.code != "secrets.no_passphrase":
                raise
            raise UserFixable(
                "secrets.key_lost",
                _("Ключа этой базы нет в хранилище паролей системы."),
                hint=_("Войдите под тем пользователем, который создал базу, или введите пароль базы."),
                detail=salt,
                action="ask_passphrase",
            ) from error

    def _ask(self, *, is_new: bool) -> str:
        passphrase = self._asker.ask(is_new=is_new)
        if not passphrase:
            raise no_passphrase()
        return passphrase


class GivenPassphrase:
    """`PassphraseAsker` that has the answer, or knows that nobody can be asked."""

    def __init__(self, passphrase: str = "") -> None:
        self._passphrase = passphrase

    def ask(self, *, is_new: bool) -> str:
        if not self._passphrase:
            raise no_passphrase()
        return self._passphrase


def no_passphrase() -> UserFixable:
    """Nobody can be asked, or nothing was typed."""
    return UserFixable(
        "secrets.no_passphrase",
        _("Нужен пароль базы."),
        hint=_("Откройте программу в окне и введите пароль."),
        action="ask_passphrase",
    )


def _name(salt: str) -> str:
    return f"database-{salt}"
