"""Where secrets come from: the system's keychain, or a passphrase that a person types."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class KeyKind(StrEnum):
    """`RAW` is the key itself, `PASSPHRASE` is what SQLCipher derives one from, `CLEAR` means no encryption."""

    RAW = "raw"
    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a kind
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class StoreKey:
    """What opens the store.

    Args:
        secret: For RAW 64 hexadecimal digits; for PASSPHRASE the words; never shown and never logged.
        salt: 32 hexadecimal digits with which a new file begins; of an existing file, those it begins with.
    """

    kind: KeyKind
    secret: str = field(default="", repr=False)
    salt: str = ""


class KeyStore(Protocol):
    """The system's keychain. A keychain that fails is an error, never an empty password."""

    def get(self, name: str) -> str | None:
        """The secret under `name`; None when there is none.

        Raises:
            UserFixable: ``secrets.no_keyring`` where the system has no keychain, ``secrets.denied`` where it
                is locked or refuses.
        """
        ...

    def set(self, name: str, secret: str) -> None:
        """Keep a secret. Raises as `get`."""
        ...

    def delete(self, name: str) -> None:
        """Forget a secret; one that is not there is no error. Raises as `get`."""
        ...


class PassphraseAsker(Protocol):
    """Asks the person; the window has one made of a dialog, the command line one made of a prompt."""

    def ask(self, *, is_new: bool) -> str:
        """The passphrase.

        Args:
            is_new: The store is about to be created: the passphrase is chosen now and should be asked twice.

        Raises:
            UserFixable: ``secrets.no_passphrase`` when nobody can be asked or nothing was typed.
        """
        ...


class KeySource(Protocol):
    """Finds the key of a store."""

    def for_new_store(self) -> StoreKey:
        """The key of a store to be created, already kept where it will be found again.

        Raises:
            UserFixable: ``secrets.denied``, ``secrets.no_passphrase``.
        """
        ...

    def new_in_keychain(self) -> StoreKey | None:
        """A new key kept in the keychain; None where the system has none. Raises UserFixable ``secrets.denied``."""
        ...

    def for_store(self, salt: str) -> StoreKey:
        """The key of the encrypted store whose file begins with `salt`.

        Raises:
            UserFixable: ``secrets.denied``, ``secrets.no_passphrase``, ``secrets.key_lost``.
        """
        ...


MODEL_SERVER_KEY = "model-server"
"""Name in the key store of the key for the language model's server."""
