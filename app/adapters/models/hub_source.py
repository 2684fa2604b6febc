"""Models from the model hub or its mirror."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.adapters.models.catalogue import ModelSpec
from app.adapters.models.sources import (
    Delivery,
    check_space,
    git_hash_of,
    no_network,
    source_failed,
    sum_of,
    writing_into,
    wrong_sum,
)
from app.core.cancel import CancelToken
from app.core.errors import VizirError
from app.core.i18n import _
from app.core.model_store import FetchProgress

if TYPE_CHECKING:
    from huggingface_hub.file_download import HfFileMetadata

_log = logging.getLogger(__name__)
_HEAD_S = 8.0
_SHA256 = re.compile(r"[0-9a-f]{64}")
_GIT_HASH = re.compile(r"[0-9a-f]{40}")


class HubSource:
    """Downloads with huggingface_hub, into part files of our own.

    The library drops what it has when a download breaks off; a part file named after the content is kept here,
    and goes on by a range request.

    Args:
        mirror: Address used in place of the hub; "" for the hub itself.
    """

    def __init__(self, mirror: str = "") -> None:
        self._endpoint = mirror.rstrip("/") or None

    def offers(self, spec: ModelSpec) -> bool:
        return bool(spec.hub.files)

    def bring(
        self,
        spec: ModelSpec,
        staging: Path,
        on_progress: Callable[[FetchProgress], None],
        cancel: CancelToken,
    ) -> Delivery:
        from huggingface_hub.utils import logging as hub_logging

        # The library tells of each retry on standard error; what the person must know comes from us.
        hub_logging.set_verbosity(logging.CRITICAL)
        listed = [(name, self._listed(spec, remote, cancel)) for name, remote in spec.hub.files.items()]
        total = sum(facts.size or 0 for _name, facts in listed) or spec.size_bytes
        sums: dict[str, str] = {}
        with writing_into(staging):
            kept = sum(
                _part(staging, name, facts).stat().st_size for name, facts in listed if _has(staging, name, facts)
            )
            check_space(staging, total - kept)
            done = 0
            for name, facts in listed:
                cancel.raise_if_cancelled()
                meter = _Meter(done, total, name, on_progress, cancel)
                sums[name] = self._brought(staging, name, facts, meter, cancel)
                done += facts.size or (staging / name).stat().st_size
        return Delivery(sums, f"hub:{spec.hub.repository}")

    def _listed(self, spec: ModelSpec, remote: str, cancel: CancelToken) -> HfFileMetadata:
        from huggingface_hub import get_hf_file_metadata, hf_hub_url

        cancel.raise_if_cancelled()
        url = hf_hub_url(spec.hub.repository, remote, endpoint=self._endpoint)
        with _Translated():
            # One try only: where there is no network the next source should get its turn at once.
            facts = get_hf_file_metadata(url, token=False, timeout=_HEAD_S, endpoint=self._endpoint)
        if not facts.etag or not (_SHA256.fullmatch(facts.etag) or _GIT_HASH.fullmatch(facts.etag)):
            raise source_failed(_("хранилище моделей"), f"{remote}: no checksum, etag {facts.etag!r}")
        return facts

    def _brought(self, staging: Path, name: str, facts: HfFileMetadata, meter: _Meter, cancel: CancelToken) -> str:
        whole = staging / name
        if not whole.is_file():
            self._download(_part(staging, name, facts), facts, meter)
            _part(staging, name, facts).replace(whole)
        found = sum_of(whole, cancel)
        etag = str(facts.etag)
        if (found if _SHA256.fullmatch(etag) else git_hash_of(whole)) != etag:
            whole.unlink()
            raise wrong_sum(name, f"expected {etag}, found {found}")
        return found

    def _download(self, part: Path, facts: HfFileMetadata, meter: _Meter) -> None:
        from huggingface_hub.file_download import http_get

        with part.open("ab") as stream:
            resume = stream.tell()
            if facts.size is not None and resume > facts.size:
                stream.truncate(0)
                resume = 0
            meter.begin(resume)
            with _Translated():
                http_get(
                    facts.location,
                    stream,
                    resume_size=resume,
                    expected_size=facts.size,
                    headers={"Accept-Encoding": "identity"},
                    tqdm_class=meter.bar_class(),
                )


class _Meter:
    """Carries the library's progress bar to ours, and the wish to stop into the library."""

    def __init__(
        self,
        before: int,
        total: int,
        name: str,
        on_progress: Callable[[FetchProgress], None],
        cancel: CancelToken,
    ) -> None:
        self._done = before
        self._total = total
        self._step = name
        self._on_progress = on_progress
        self._cancel = cancel

    def begin(self, resumed_bytes: int) -> None:
        self.advance(resumed_bytes)

    def advance(self, count: int) -> None:
        self._cancel.raise_if_cancelled()
        self._done += count
        self._on_progress(FetchProgress(self._done, self._total, self._step))

    def bar_class(self) -> Any:
        meter = self

        class Bar:
            """The few methods of tqdm that the library calls."""

            def __init__(self, *_args: object, **_named: object) -> None:
                self.n = 0

            def update(self, count: int = 1) -> None:
                meter.advance(int(count))

            def close(self) -> None:
                return

            def __enter__(self) -> Bar:
                return self

            def __exit__(self, *_error: object) -> None:
                return

        return Bar


class _Translated:
    """Turns the hub's and the network's exceptions into ours."""

    def __enter__(self) -> None:
        return

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None:
            return
        failure = _failure(error)
        if failure is not None:
            raise failure from error


def _failure(error: BaseException) -> VizirError | None:
    import httpx2
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    if isinstance(error, HfHubHTTPError):
        return source_failed(_("хранилище моделей"), str(error)[:500])
    if isinstance(error, httpx2.TransportError | OfflineModeIsEnabled):
        return no_network(repr(error))
    if isinstance(error, httpx2.HTTPError | httpx2.InvalidURL | ValueError):
        return source_failed(_("хранилище моделей"), repr(error))
    if isinstance(error, OSError) and error.errno is None:
        # "Consistency check failed": the other side sent another length than it had announced.
        return source_failed(_("хранилище моделей"), str(error))
    return None


def _part(staging: Path, name: str, facts: HfFileMetadata) -> Path:
    return staging / f"{name}.{str(facts.etag)[:16]}.part"


def _has(staging: Path, name: str, facts: HfFileMetadata) -> bool:
    return _part(staging, name, facts).is_file()
