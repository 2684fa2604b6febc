"""The edge of the connectors: what a strange answer breaks in one of them is a failure of the CRM, not of ours."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from app.core.errors import Cancelled, VizirError
from app.delivery import faults
from app.delivery.faults import CrmFailure
from app.delivery.model import (
    Account,
    CrmValue,
    DealPage,
    Pipeline,
    RemoteDeal,
    RemoteField,
    RemoteRef,
    Snapshot,
    TaskOrder,
)
from app.delivery.ports import CrmConnector

_log = logging.getLogger(__name__)

_Told = TypeVar("_Told")


class Guarded:
    """A connector that raises our failures only; see `app.delivery.ports.CrmConnector`.

    An answer of a shape that no CRM gives may break what reads it. After a change that means that nobody knows whether
    it was made; after a question, that there is no answer.
    """

    def __init__(self, inside: CrmConnector) -> None:
        self._inside = inside
        self.kind = inside.kind
        self.caps = inside.caps

    def check(self) -> Account:
        return _asked(self._inside.check)

    def fields(self) -> tuple[RemoteField, ...]:
        return _asked(self._inside.fields)

    def pipelines(self) -> tuple[Pipeline, ...]:
        return _asked(self._inside.pipelines)

    def deals(self, *, since: datetime | None, cursor: str | None = None) -> DealPage:
        return _asked(lambda: self._inside.deals(since=since, cursor=cursor))

    def find_deals(self, text: str, limit: int) -> tuple[RemoteDeal, ...]:
        return _asked(lambda: self._inside.find_deals(text, limit))

    def read_deal(self, deal_id: str, keys: Sequence[str]) -> Snapshot:
        return _asked(lambda: self._inside.read_deal(deal_id, keys))

    def write_deal(self, deal_id: str, changes: Mapping[str, CrmValue], op_id: str) -> Snapshot | None:
        return _done(lambda: self._inside.write_deal(deal_id, changes, op_id))

    def add_note(self, deal_id: str, text: str, op_id: str) -> RemoteRef:
        return _done(lambda: self._inside.add_note(deal_id, text, op_id))

    def find_note(self, deal_id: str, op_id: str) -> RemoteRef | None:
        return _asked(lambda: self._inside.find_note(deal_id, op_id))

    def add_task(self, deal_id: str, task: TaskOrder, op_id: str) -> RemoteRef:
        return _done(lambda: self._inside.add_task(deal_id, task, op_id))

    def find_task(self, deal_id: str, op_id: str) -> RemoteRef | None:
        return _asked(lambda: self._inside.find_task(deal_id, op_id))

    def remove(self, ref: RemoteRef, op_id: str) -> None:
        _done(lambda: self._inside.remove(ref, op_id))

    def deal_url(self, deal_id: str) -> str:
        return self._inside.deal_url(deal_id)

    def close(self) -> None:
        self._inside.close()


def _asked(call: Callable[[], _Told]) -> _Told:
    return _guarded(call, faults.unexpected)


def _done(call: Callable[[], _Told]) -> _Told:
    return _guarded(call, faults.unknown)


def _guarded(call: Callable[[], _Told], failed: Callable[[str], CrmFailure]) -> _Told:
    try:
        return call()
    except (VizirError, Cancelled):
        raise
    except Exception as error:  # noqa: BLE001 - the adapters' edge; whatever breaks, the queue must go on
        # Neither the error's text nor its chain: both may hold what the CRM sent, and that names clients.
        place = _place_of(error)
    _log.warning("an answer of a CRM was not understood: %s", place)
    raise failed(place)


def _place_of(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code if trace is not None else None
    where = f"{code.co_name}:{trace.tb_lineno}" if code is not None and trace is not None else ""
    return f"{type(error).__name__} {where}".strip()
