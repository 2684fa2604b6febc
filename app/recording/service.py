"""The verb of the recording stage: a file is taken into the store and becomes a call."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.core.cancel import CancelToken
from app.core.clock import Clock
from app.core.errors import UserFixable
from app.core.i18n import _
from app.core.ids import new_id
from app.recording.model import AudioFacts, Call, CallState, Recording, SourceKind, TakenIn, TranscriptFacts
from app.recording.naming import NameFacts, facts_of_name
from app.recording.ports import AudioProbe, CallRepository
from app.settings import Folders

TRANSCRIPT_SUFFIXES = (".txt", ".srt", ".vtt", ".json")

_CHUNK_BYTES = 1 << 20
_TRANSCRIPT_BYTES_AT_MOST = 32 << 20
_PART_SUFFIX = ".part"
_STALE_PART_S = 24 * 3600


class RecordingService:
    """Takes files in: copied whole or not at all, known by their content.

    Args:
        probe: Tells what a sound file is.
        repository: Where calls are kept.
        folders: The copy goes to `folders.recordings`.
        clock: Decides which dates in names can be true, and gives the zone of this machine.
        transcript_facts: Reads a ready transcript (`app.transcript.reading.transcript_facts`).
    """

    def __init__(
        self,
        probe: AudioProbe,
        repository: CallRepository,
        folders: Folders,
        clock: Clock,
        transcript_facts: Callable[[bytes, str], TranscriptFacts],
    ) -> None:
        self._probe = probe
        self._repository = repository
        self._folder = folders.recordings
        self._clock = clock
        self._transcript_facts = transcript_facts

    def take_in(
        self,
        path: Path,
        *,
        at: datetime | None = None,
        direction: str | None = None,
        phone: str | None = None,
        manager_channel: int | None = None,
        named: NameFacts | None = None,
        cancel: CancelToken | None = None,
        on_progress: Callable[[float], None] = lambda _fraction: None,
    ) -> TakenIn:
        """The call of a file; the same content gives the call it gave before.

        Args:
            path: Sound, video, or a ready transcript.
            at: When the call took place; else from the file's own words, its name, or its time, in this order.
            direction: "in" or "out"; else from the file's own words or its name.
            phone: The other side's phone; else from the name.
            manager_channel: 0 or 1 where it is known.
            named: What the name tells, where it was read by another rule than the usual ones.
            cancel: Stops the copying; nothing is left behind.
            on_progress: Gets the share copied, 0 to 1.

        Raises:
            UserFixable: ``recording.not_found``, ``recording.is_folder``, ``recording.no_rights``,
                ``recording.unreadable``, ``recording.disk_full``, ``recording.store``, the ``audio.`` and
                ``transcript.`` codes.
            Cancelled: The token was set.
        """
        token = cancel or CancelToken()
        suffix = _safe_suffix(path)
        self._sweep()
        part = self._folder / f"{new_id()}{suffix}{_PART_SUFFIX}"
        try:
            modified_s = check_source(path)
            digest, size = self._copy(path, part, token, on_progress)
            known = self._repository.find_by_content(digest)
            if known is not None:
                return TakenIn(known, False)
            found = self._look(part, path.name, suffix, token)
            target = self._folder / f"{digest}{suffix}"
            try:
                part.replace(target)
            except OSError as error:
                raise _store_failure(error) from error
            recording = Recording(digest, target, path.name, size, found.kind, found.audio)
            said = found.facts
            named = named or facts_of_name(path.name)
            call = Call(
                id=new_id(),
                at=at or self._said_at(said.at) or self._named_at(named.moment) or self._local(modified_s),
                recording=recording,
                state=CallState.IMPORTED,
                direction=direction or said.direction or named.direction,
                phone=phone or named.phone,
                manager_channel=manager_channel,
                extra=_extra(found),
            )
            try:
                self._repository.add(call)
            except BaseException:
                target.unlink(missing_ok=True)
                raise
            return TakenIn(call, True)
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)

    def _copy(
        self, path: Path, part: Path, cancel: CancelToken, on_progress: Callable[[float], None]
    ) -> tuple[str, int]:
        """Copy the file beside its later place; returns the hash of its content and its size in bytes."""
        digest = hashlib.sha256()
        copied = 0
        try:
            source = path.open("rb")
        except OSError as error:
            raise source_failure(path, error) from error
        with source:
            total = max(1, path.stat().st_size)
            try:
                part.parent.mkdir(parents=True, exist_ok=True)
                target = part.open("wb")
            except OSError as error:
                raise _store_failure(error) from error
            with target:
                while True:
                    cancel.raise_if_cancelled()
                    try:
                        chunk = source.read(_CHUNK_BYTES)
                    except OSError as error:
                        raise source_failure(path, error) from error
                    if not chunk:
                        break
                    digest.update(chunk)
                    copied += len(chunk)
                    try:
                        target.write(chunk)
                    except OSError as error:
                        raise _store_failure(error) from error
                    on_progress(min(1.0, copied / total))
                try:
                    target.flush()
                except OSError as error:
                    raise _store_failure(error) from error
        return digest.hexdigest(), copied

    def _look(self, part: Path, name: str, suffix: str, cancel: CancelToken) -> _Found:
        """What the copied file is. Errors name the file as the person knows it, not the copy."""
        if suffix in TRANSCRIPT_SUFFIXES:
            if part.stat().st_size > _TRANSCRIPT_BYTES_AT_MOST:
                raise UserFixable(
                    "transcript.too_big",
                    _("Файл «{name}» слишком велик для расшифровки одного разговора.").format(name=name),
                    hint=_("Разделите его на отдельные разговоры."),
                )
            return _Found(SourceKind.TRANSCRIPT, None, self._transcript_facts(part.read_bytes(), name))
        try:
            return _Found(SourceKind.AUDIO, self._probe.probe(part, cancel), TranscriptFacts())
        except UserFixable as error:
            shown = error.message.replace(part.name, name)
            raise UserFixable(error.code, shown, hint=error.hint, detail=error.detail, action=error.action) from error

    def _said_at(self, at: datetime | None) -> datetime | None:
        return self._named_at(at) if at is not None and at.tzinfo is None else at

    def _named_at(self, moment: datetime | None) -> datetime | None:
        """A time without a zone as a time of this machine; None for one that lies in the future."""
        if moment is None:
            return None
        guess = moment.replace(tzinfo=self._clock.local(self._clock.now_utc()).tzinfo)
        # The zone of that day, which differs from today's where clocks are set to summer time.
        exact = moment.replace(tzinfo=self._clock.local(guess).tzinfo)
        return exact if exact <= self._clock.now_utc() + timedelta(days=1) else None

    def _local(self, seconds: float) -> datetime:
        return self._clock.local(datetime.fromtimestamp(seconds, UTC))

    def _sweep(self) -> None:
        """Remove what a crash left half copied; a younger one may be another program's that is copying now."""
        if not self._folder.is_dir():
            return
        for part in self._folder.glob(f"*{_PART_SUFFIX}"):
            with contextlib.suppress(OSError):
                if time.time() - part.stat().st_mtime > _STALE_PART_S:
                    part.unlink()


@dataclass(frozen=True, slots=True)
class _Found:
    kind: SourceKind
    audio: AudioFacts | None
    facts: TranscriptFacts


def _extra(found: _Found) -> dict[str, str]:
    extra: dict[str, str] = {}
    if found.facts.source_id:
        extra["source_id"] = found.facts.source_id
    if found.audio is not None and found.audio.is_cut:
        extra["is_cut"] = "yes"
    return extra


def _safe_suffix(path: Path) -> str:
    """The suffix in lower case where every file system takes it, else none."""
    suffix = path.suffix.lower()
    return suffix if re.fullmatch(r"\.[a-z0-9]{1,8}", suffix) else ""


def check_source(path: Path) -> float:
    """The file's time in seconds since 1970. Raises UserFixable where there is no such file."""
    try:
        if path.is_dir():
            raise UserFixable(
                "recording.is_folder",
                _("«{name}» — папка, а не запись.").format(name=path.name or path),
                hint=_("Выберите сами файлы записей: их можно отметить все сразу."),
                detail=str(path),
            )
        return path.stat().st_mtime
    except OSError as error:
        raise source_failure(path, error) from error


def source_failure(path: Path, error: OSError) -> UserFixable:
    """The error for a file that cannot be read: ``recording.not_found``, ``.no_rights`` or ``.unreadable``."""
    if isinstance(error, FileNotFoundError | NotADirectoryError) or error.errno in (errno.ENAMETOOLONG, errno.EINVAL):
        return UserFixable(
            "recording.not_found",
            _("Файл «{name}» не найден.").format(name=_short(path.name)),
            hint=_("Проверьте путь: файл могли переименовать или перенести."),
            detail=repr(error),
        )
    if isinstance(error, PermissionError):
        return UserFixable(
            "recording.no_rights",
            _("Нет прав на чтение файла «{name}».").format(name=_short(path.name)),
            hint=_("Откройте доступ к файлу или скопируйте его в свою папку."),
            detail=repr(error),
        )
    return UserFixable(
        "recording.unreadable",
        _("Файл «{name}» не читается до конца.").format(name=_short(path.name)),
        hint=_("Проверьте диск или сеть, где он лежит, и добавьте его ещё раз."),
        detail=repr(error),
    )


def _store_failure(error: OSError) -> UserFixable:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return UserFixable(
            "recording.disk_full",
            _("На диске нет места для записи."),
            hint=_("Освободите место и добавьте запись ещё раз; ничего не испорчено."),
            detail=repr(error),
        )
    return UserFixable(
        "recording.store",
        _("Программа не может писать в свою папку записей."),
        hint=_("Проверьте права на папку данных программы."),
        detail=repr(error),
    )


def _short(name: str) -> str:
    return name if len(name) <= 80 else f"{name[:60]}…{name[-15:]}"
