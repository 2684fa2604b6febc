"""Models from a local folder, a network share or a USB stick."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from app.adapters.models.catalogue import ModelSpec
from app.adapters.models.placing import place_in, promised_sums
from app.adapters.models.sources import Delivery, check_space, writing_into, wrong_sum
from app.core.cancel import CancelToken
from app.core.errors import UserFixable
from app.core.i18n import _
from app.core.model_store import FetchProgress

_CHUNK_BYTES = 4 << 20


class FolderSource:
    """Copies a model out of a folder, comparing the sums on the way.

    Args:
        folder: The model's own folder or one above it; a language model's file may lie in it directly.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def offers(self, spec: ModelSpec) -> bool:
        return place_in(self._folder, spec) is not None

    def bring(
        self,
        spec: ModelSpec,
        staging: Path,
        on_progress: Callable[[FetchProgress], None],
        cancel: CancelToken,
    ) -> Delivery:
        place = place_in(self._folder, spec)
        if place is None:
            raise _no_model_in(self._folder, spec)
        promised = promised_sums(place, spec)
        sources = [place.folder / name for name in place.files]
        total = sum(place.sizes)
        done = 0
        sums: dict[str, str] = {}
        with writing_into(staging):
            check_space(staging, total)
            for source in sources:
                digest = hashlib.sha256()
                with (staging / source.name).open("wb") as target:
                    for chunk in _chunks(source):
                        cancel.raise_if_cancelled()
                        digest.update(chunk)
                        target.write(chunk)
                        done += len(chunk)
                        on_progress(FetchProgress(done, total, source.name))
                sums[source.name] = digest.hexdigest()
        for name, expected in promised.items():
            if sums[name] != expected:
                raise wrong_sum(name, f"expected {expected}, found {sums[name]} in {place.folder}")
        return Delivery(sums, "folder", is_verified=set(promised) == set(sums))


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                yield chunk
    except OSError as error:
        raise UserFixable(
            "models.folder",
            _("Файл модели {name} не читается.").format(name=path.name),
            hint=_("Проверьте, что накопитель подключён и исправен, и повторите."),
            detail=repr(error),
            action="open_settings_models",
        ) from error


def _no_model_in(folder: Path, spec: ModelSpec) -> UserFixable:
    return UserFixable(
        "models.folder",
        _("В папке «{folder}» нет модели {model}.").format(folder=folder.name or folder, model=spec.name),
        hint=_("Нужны файлы: {files}. Проверьте, что накопитель подключён и папка выбрана верно.").format(
            files=", ".join(spec.files)
        ),
        detail=str(folder),
        action="open_settings_models",
    )
