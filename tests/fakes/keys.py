"""Keys for stores in tests."""

from __future__ import annotations

from app.core.errors import UserFixable
from app.core.keys import KeyKind, StoreKey


class FakeKeyStore:
    """A keychain in memory; with `error` set it fails with that."""

    def __init__(self, error: UserFixable | None = None) -> None:
        self.secrets: dict[str, str] = {}
        self.error = error

    def get(self, name: str) -> str | None:
        self._fail()
        return self.secrets.get(name)

    def set(self, name: str, secret: str) -> None:
        self._fail()
        self.secrets[name] = secret

    def delete(self, name: str) -> None:
        self._fail()
        self.secrets.pop(name, None)

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error


class FixedKey:
    """A key source that always has the same raw key."""

    secret = "11" * 32
    salt = "22" * 16

    def for_new_store(self) -> StoreKey:
        return StoreKey(KeyKind.RAW, self.secret, self.salt)

    def new_in_keychain(self) -> StoreKey | None:
        return self.for_new_store()

    def for_store(self, salt: str) -> StoreKey:
        return StoreKey(KeyKind.RAW, self.secret, salt)
