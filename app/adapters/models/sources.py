"""What a source of models is, and what fetching shares whatever the source."""

from __future__ import annotations

import errno
import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.adapters.models.catalogue import ModelSpec
from app.core.cancel import CancelToken
from app.core.errors import ExternalFailure, UserFixable
from app.core.i18n import _
from app.core.model_store import FetchProgress

_CHUNK_BYTES = 1 << 20
_SPARE_BYTES = 200 << 20


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a source brought into the staging folder.

    Args:
        sums: SHA-256 of each file, as the source vouches for it and as it was found.
        origin: Where it came from, for the record beside the model.
        is_verified: False when there was nothing to compare the sums with.
    """

    sums: dict[str, str]
    origin: str
    is_verified: bool = True


class ModelSource(Protocol):
    """Brings the files of a model into a staging folder that outlives a failure."""

    def offers(self, spec: ModelSpec) -> bool:
        """True when the source could have this model."""
        ...

    def bring(
        self,
        spec: ModelSpec,
        staging: Path,
        on_progress: Callable[[FetchProgress], None],
        cancel: CancelToken,
    ) -> Delivery:
        """Fill `staging` with all files of the model, whole and verified; goes on where the last try stopped.

        Raises:
            UserFixable: ``models.checksum``, ``models.disk_full``, ``models.folder``, ``models.no_rights``.
            ExternalFailure: ``models.no_network``, ``models.source_failed``.
            Cancelled: The token was set; what came so far stays in `staging`.
        """
        ...


def no_network(detail: str = "") -> ExternalFailure:
    return ExternalFailure(
        "models.no_network",
        _("Модель не загрузить: нет связи с хранилищем моделей."),
        hint=_("Проверьте сеть и прокси, укажите зеркало в настройках или возьмите модель с USB-накопителя."),
        detail=detail,
        action="open_settings_models",
    )


def source_failed(source: str, detail: str) -> ExternalFailure:
    return ExternalFailure(
        "models.source_failed",
        _("Источник «{source}» не отдал модель.").format(source=source),
        hint=_("Повторите позже или выберите другой источник."),
        detail=detail,
        action="open_settings_models",
    )


def wrong_sum(name: str, detail: str = "") -> UserFixable:
    return UserFixable(
        "models.checksum",
        _("Файл модели {name} повреждён: контрольная сумма не совпала.").format(name=name),
        hint=_("Загрузите модель заново или возьмите файл из другого источника."),
        detail=detail,
        action="open_settings_models",
    )


def disk_full(folder: Path, needed_bytes: int) -> UserFixable:
    return UserFixable(
        "models.disk_full",
        _("Для модели не хватает места на диске: нужно ещё {needed} МБ.").format(
            needed=-(-max(needed_bytes, 0) // 1_000_000)
        ),
        hint=_("Освободите место или выберите в настройках другую папку моделей."),
        detail=str(folder),
        action="open_settings_models",
    )


def check_space(folder: Path, needed_bytes: int) -> None:
    """Raise UserFixable ``models.disk_full`` before anything is written that would not fit."""
    free = shutil.disk_usage(folder).free
    if free < needed_bytes + _SPARE_BYTES:
        raise disk_full(folder, needed_bytes + _SPARE_BYTES - free)


@contextmanager
def writing_into(folder: Path) -> Iterator[None]:
    """Turns the disk's refusals into ours: ``models.disk_full`` and ``models.no_rights``."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}:
            raise disk_full(folder, 0) from error
        raise UserFixable(
            "models.no_rights",
            _("В папку моделей нельзя записать."),
            hint=_("Выберите в настройках другую папку моделей или получите права на эту."),
            detail=repr(error),
            action="open_settings_models",
        ) from error


def sum_of(path: Path, cancel: CancelToken, on_bytes: Callable[[int], None] = lambda _count: None) -> str:
    """Hexadecimal SHA-256 of a file, read in pieces that can be cancelled."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            cancel.raise_if_cancelled()
            digest.update(chunk)
            on_bytes(len(chunk))
    return digest.hexdigest()


def git_hash_of(path: Path) -> str:
    """The hash git gives a file, by which the hub knows its small files."""
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
