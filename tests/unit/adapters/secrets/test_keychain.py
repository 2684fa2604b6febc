"""A keychain that fails is an error with a cure, never an empty password."""

from __future__ import annotations

import keyring.core
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import InitError, KeyringLocked, PasswordDeleteError, PasswordSetError

from app.adapters.secrets.keychain import Keychain
from app.adapters.secrets.store_keys import GivenPassphrase, StoreKeys
from app.core.errors import UserFixable
from app.core.keys import KeyKind, KeyStore
from tests.fakes.keyring_backends import InMemoryKeyring
from tests.fakes.keys import FakeKeyStore


class Locked(InMemoryKeyring):
    """Refuses like a locked wallet."""

    error: Exception = KeyringLocked("locked")

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error

    def delete_password(self, service: str, username: str) -> None:
        raise self.error


@pytest.fixture(params=["system", "fake"])
def key_store(request: pytest.FixtureRequest) -> KeyStore:
    """What every `KeyStore` promises is held against both."""
    return Keychain() if request.param == "system" else FakeKeyStore()


def test_a_secret_is_kept_replaced_and_forgotten(key_store: KeyStore) -> None:
    assert key_store.get("model-server") is None
    key_store.set("model-server", "один")
    key_store.set("model-server", "два")
    key_store.set("other", "три")
    assert key_store.get("model-server") == "два"
    key_store.delete("model-server")
    key_store.delete("model-server")
    assert (key_store.get("model-server"), key_store.get("other")) == (None, "три")


@pytest.mark.parametrize(
    ("backend", "code"),
    [(NoKeyring(), "secrets.no_keyring"), (Locked(), "secrets.denied")],
)
def test_a_missing_and_a_refusing_keychain_are_told_apart(
    monkeypatch: pytest.MonkeyPatch, backend: InMemoryKeyring, code: str
) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", backend)
    chain = Keychain()
    for ask in (lambda: chain.get("x"), lambda: chain.set("x", "y"), lambda: chain.delete("x")):
        with pytest.raises(UserFixable) as caught:
            ask()
        assert caught.value.code == code
        assert caught.value.hint


@pytest.mark.parametrize(
    "error", [InitError("no bus"), PasswordSetError("denied"), OSError("D-Bus"), RuntimeError("?")]
)
def test_any_failure_of_a_backend_is_a_refusal(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    locked = Locked()
    locked.error = error
    monkeypatch.setattr(keyring.core, "_keyring_backend", locked)
    with pytest.raises(UserFixable) as caught:
        Keychain().get("x")
    assert caught.value.code == "secrets.denied"


def test_a_secret_that_cannot_be_deleted_is_told(
    monkeypatch: pytest.MonkeyPatch, in_memory_keyring: InMemoryKeyring
) -> None:
    Keychain().set("x", "y")

    def refuse(_service: str, _name: str) -> None:
        raise PasswordDeleteError("denied")

    monkeypatch.setattr(in_memory_keyring, "delete_password", refuse)
    with pytest.raises(UserFixable) as caught:
        Keychain().delete("x")
    assert caught.value.code == "secrets.denied"


def test_each_store_has_a_key_of_its_own_found_by_its_salt() -> None:
    keys = StoreKeys(FakeKeyStore(), GivenPassphrase(), "keyring")
    first, second = keys.for_new_store(), keys.for_new_store()
    assert first.kind is KeyKind.RAW
    assert len(first.secret) == 64
    assert first.secret != second.secret
    assert (keys.for_store(first.salt), keys.for_store(second.salt)) == (first, second)


def test_a_passphrase_is_asked_as_new_for_a_new_store_only() -> None:
    class Asker:
        def __init__(self) -> None:
            self.asked: list[bool] = []

        def ask(self, *, is_new: bool) -> str:
            self.asked.append(is_new)
            return "пароль"

    asker = Asker()
    keys = StoreKeys(FakeKeyStore(), asker, "passphrase")
    assert keys.for_new_store().kind is keys.for_store("ab" * 16).kind is KeyKind.PASSPHRASE
    assert asker.asked == [True, False]


def test_a_keychain_that_forgets_at_once_is_not_trusted_with_the_only_key() -> None:
    class Forgetful(FakeKeyStore):
        def get(self, name: str) -> str | None:
            return None

    with pytest.raises(UserFixable) as caught:
        StoreKeys(Forgetful(), GivenPassphrase("x"), "keyring").for_new_store()
    assert caught.value.code == "secrets.denied"


def test_an_empty_passphrase_is_none() -> None:
    with pytest.raises(UserFixable) as caught:
        StoreKeys(FakeKeyStore(), GivenPassphrase(""), "passphrase").for_new_store()
    assert caught.value.code == "secrets.no_passphrase"
