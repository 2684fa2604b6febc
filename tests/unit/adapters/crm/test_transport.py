"""Attacks on the way to a CRM's server."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
import trustme

from app.adapters.crm.pace import Pace
from app.adapters.crm.transport import Answer, Transport
from app.core.errors import UserFixable
from app.delivery.faults import CrmFailure, Fault
from tests.fakes.clock import FakeClock
from tests.fakes.hostile_server import Asked, Behaviour, HostileServer, hostile, reply
from tests.fakes.model_server import closed_port

HEADERS = {"Authorization": "Bearer s3cr3t-k3y-0f-th3-p0rtal"}


class Way:
    """A transport to a server that behaves as told."""

    def __init__(self, server: HostileServer, **means: object) -> None:
        pace = Pace(1000, 1000, clock_s=FakeClock().monotonic_s)
        self.transport = Transport(server.address, HEADERS, pace, lambda _answer: None, **means)  # type: ignore[arg-type]

    def write(self) -> Answer:
        return self.transport.write("POST", "notes", json={"text": "Итог"})

    def read(self) -> Answer:
        return self.transport.read("GET", "deals")

    def failures(self) -> tuple[CrmFailure, CrmFailure]:
        """Of a read and of a write."""
        with pytest.raises(CrmFailure) as reading:
            self.read()
        with pytest.raises(CrmFailure) as writing:
            self.write()
        return reading.value, writing.value


@pytest.fixture
def attacked() -> Iterator[Callable[..., tuple[HostileServer, Way]]]:
    open_now: list[object] = []

    def open_way(behave: Behaviour, *, certificate: Path | None = None, **means: object) -> tuple[HostileServer, Way]:
        context = hostile(behave, certificate)
        server = context.__enter__()
        way = Way(server, **means)
        open_now.extend((context, way))
        return server, way

    yield open_way
    for item in reversed(open_now):
        if isinstance(item, Way):
            item.transport.close()
        else:
            item.__exit__(None, None, None)  # type: ignore[attr-defined]


Open = Callable[..., tuple[HostileServer, Way]]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_by_nobody(attacked: Open, status: int) -> None:
    thief, _way = attacked(lambda _asked: reply(200, {"ok": True}))
    _server, way = attacked(lambda _asked: reply(status, b"", Location=f"{thief.address}/notes"))

    for failure in way.failures():
        assert (failure.fault, failure.code) == (Fault.BLOCKED, "crm.moved")
    assert thief.received == []


@pytest.mark.parametrize("location", ["", "https://[", "https://user:s3cr3t@new.example/x", "//new.example", "\x00"])
def test_a_strange_redirect_is_told_without_its_secrets(attacked: Open, location: str) -> None:
    _server, way = attacked(lambda _asked: reply(302, b"", Location=location))

    for failure in way.failures():
        assert failure.fault in (Fault.BLOCKED, Fault.UNKNOWN, Fault.OFFLINE)
        assert "s3cr3t" not in f"{failure}{failure.detail}"


def test_a_certificate_that_nobody_here_trusts_sends_nothing(attacked: Open, tmp_path: Path) -> None:
    certificate = tmp_path / "own.pem"
    trustme.CA().issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    server, way = attacked(lambda _asked: reply(200, {"ok": True}), certificate=certificate)

    for failure in way.failures():
        assert (failure.fault, failure.code) == (Fault.OFFLINE, "crm.certificate")
    assert server.received == []


@pytest.mark.skipif(sys.platform != "linux", reason="only OpenSSL takes the system's store from a variable")
def test_a_companys_certificate_in_the_systems_store_is_trusted(
    attacked: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = trustme.CA()
    certificate, store = tmp_path / "own.pem", tmp_path / "store.pem"
    company.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    company.cert_pem.write_to_path(str(store))
    monkeypatch.setenv("SSL_CERT_FILE", str(store))
    _server, way = attacked(lambda _asked: reply(200, {"ok": True}), certificate=certificate)

    assert way.write().body == {"ok": True}


def test_a_certificate_of_another_host_sends_nothing(
    attacked: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = trustme.CA()
    certificate, store = tmp_path / "own.pem", tmp_path / "store.pem"
    company.issue_cert("another.example").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    company.cert_pem.write_to_path(str(store))
    monkeypatch.setenv("SSL_CERT_FILE", str(store))
    server, way = attacked(lambda _asked: reply(200, {"ok": True}), certificate=certificate)

    assert {failure.code for failure in way.failures()} == {"crm.certificate"}
    assert server.received == []


def test_nobody_at_the_address_means_that_nothing_left(attacked: Open) -> None:
    way = Way(HostileServer(closed_port()))

    assert [failure.fault for failure in way.failures()] == [Fault.OFFLINE, Fault.OFFLINE]
    way.transport.close()


def drop(_asked: Asked) -> Iterable[bytes]:
    return []


def half(_asked: Asked) -> Iterable[bytes]:
    return [reply(200, {"result": "Итог разговора"})[0], b'{"resul']


def page(_asked: Asked) -> Iterable[bytes]:
    return reply(200, b"<html><form>login</form></html>", kind="text/html")


def bad_gzip(_asked: Asked) -> Iterable[bytes]:
    return reply(200, b"this is not gzip", Content_Encoding="gzip")


def no_http(_asked: Asked) -> Iterable[bytes]:
    return [b"SSH-2.0-OpenSSH_9.2\r\n"]


def proxy(_asked: Asked) -> Iterable[bytes]:
    return reply(502, b"<html>Bad gateway</html>", kind="text/html")


def deep(_asked: Asked) -> Iterable[bytes]:
    return reply(200, b"[" * 200_000)


def other_letters(_asked: Asked) -> Iterable[bytes]:
    return reply(200, '{"result": "Итог"}'.encode("cp1251"))


@pytest.mark.parametrize("behave", [drop, half, page, bad_gzip, no_http, proxy, deep, other_letters])
def test_a_lost_answer_is_unknown_for_a_write_and_is_sent_once(attacked: Open, behave: Behaviour) -> None:
    server, way = attacked(behave)

    reading, writing = way.failures()

    assert (reading.fault, writing.fault) == (Fault.OFFLINE, Fault.UNKNOWN)
    assert [asked.method for asked in server.received] == ["GET", "POST"]


def test_what_may_still_be_under_way_is_not_looked_for_at_once(attacked: Open) -> None:
    _server, way = attacked(proxy)

    reading, writing = way.failures()

    assert reading.retry_after_s is None
    assert writing.retry_after_s is not None
    assert writing.retry_after_s >= 5


def test_a_silent_server_is_given_up(attacked: Open) -> None:
    releases: list[HostileServer] = []

    def silent(_asked: Asked) -> Iterable[bytes]:
        yield reply(200, {"ok": True})[0]
        releases[0].release.wait(10)

    server, way = attacked(silent, answer_s=0.2)
    releases.append(server)
    with pytest.raises(CrmFailure) as caught:
        way.write()

    assert caught.value.fault is Fault.UNKNOWN


def test_an_answer_that_drips_is_given_up_though_it_never_falls_silent(attacked: Open) -> None:
    clock = FakeClock()

    def passing_s() -> float:
        clock.advance(20)
        return clock.monotonic_s()

    def dripping(_asked: Asked) -> Iterable[bytes]:
        yield b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        while True:
            yield b"400\r\n" + b" " * 1024 + b"\r\n"

    server, way = attacked(dripping, clock_s=passing_s)

    reading, writing = way.failures()

    assert (reading.fault, writing.fault) == (Fault.OFFLINE, Fault.UNKNOWN)
    assert {reading.detail, writing.detail} == {"an answer too slow"}
    assert server.sent_bytes < 20_000_000


def test_an_answer_without_an_end_is_broken_off(attacked: Open) -> None:
    def flood(_asked: Asked) -> Iterable[bytes]:
        yield b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: 100000000\r\n\r\n"
        for _piece in range(100):
            yield b" " * 1_000_000

    server, way = attacked(flood)

    reading, writing = way.failures()

    assert (reading.fault, writing.fault) == (Fault.UNEXPECTED, Fault.UNKNOWN)
    assert server.sent_bytes < 2 * 60_000_000


def test_a_packed_answer_that_swells_is_broken_off(attacked: Open) -> None:
    bomb = gzip.compress(b" " * 200_000_000, 1)
    _server, way = attacked(lambda _asked: reply(200, bomb, Content_Encoding="gzip"))

    reading, writing = way.failures()

    assert (reading.fault, writing.fault) == (Fault.UNEXPECTED, Fault.UNKNOWN)


def test_a_packed_answer_is_read(attacked: Open) -> None:
    packed = gzip.compress(b'{"result": [1, 2]}')
    _server, way = attacked(lambda _asked: reply(200, packed, Content_Encoding="gzip"))

    assert way.read().body == {"result": [1, 2]}


@pytest.mark.parametrize(
    "path",
    [
        "https://elsewhere.example/deals",
        "http://127.0.0.1:1/deals",
        "https://[",
        "https://127.0.0.1@elsewhere.example/x",
    ],
)
def test_a_next_page_elsewhere_is_not_asked_for(attacked: Open, path: str) -> None:
    _server, way = attacked(lambda _asked: reply(200, {}))

    with pytest.raises(CrmFailure) as caught:
        way.transport.read("GET", path)

    assert caught.value.fault is Fault.UNEXPECTED


def test_a_recording_is_fetched_elsewhere_without_the_key(attacked: Open) -> None:
    storage, _way = attacked(lambda _asked: reply(200, b"sound" * 1000, kind="audio/mpeg"))
    server, way = attacked(lambda _asked: reply(302, b"", Location=f"{storage.address}/file"))
    pieces: list[bytes] = []

    way.transport.download(f"{server.address}/recording", pieces.append)

    assert b"".join(pieces) == b"sound" * 1000
    assert server.received[0].headers["authorization"] == HEADERS["Authorization"]
    assert "authorization" not in storage.received[0].headers


@pytest.mark.parametrize(
    "location", ["http://elsewhere.example/file", "file:///etc/passwd", "ftp://elsewhere.example/file", "https://["]
)
def test_a_recording_behind_an_unsafe_address_is_not_fetched(attacked: Open, location: str) -> None:
    _server, way = attacked(lambda _asked: reply(302, b"", Location=location))

    with pytest.raises(CrmFailure):
        way.transport.download(f"{_server.address}/recording", lambda _piece: None)


def test_a_recording_that_is_redirected_for_ever_is_given_up(attacked: Open) -> None:
    server, way = attacked(lambda asked: reply(302, b"", Location=asked.path + "x"))

    with pytest.raises(CrmFailure) as caught:
        way.transport.download(f"{server.address}/recording", lambda _piece: None)

    assert caught.value.fault is Fault.UNEXPECTED
    assert len(server.received) < 10


@pytest.mark.parametrize(
    "address", ["http://odoo.example", "ftp://odoo.example", "https://", "odoo.example", "https://a b"]
)
def test_only_https_is_an_address(address: str) -> None:
    from app.adapters.crm.transport import checked_address

    with pytest.raises(UserFixable):
        checked_address(address)
