"""A job runner that does the work at once, in the thread that submits it."""

from __future__ import annotations

import logging
from typing import TypeVar

from app.core.cancel import CancelToken
from app.core.errors import Bug, Cancelled, VizirError
from app.jobs.runner import InlineDispatcher, Job, JobRunner

T = TypeVar("T")
_log = logging.getLogger(__name__)


class InlineJobRunner(JobRunner):
    """Every job has ended when `submit` returns."""

    def __init__(self) -> None:
        super().__init__(InlineDispatcher())

    def submit(self, lane: str, job: Job[T]) -> CancelToken:
        if self._is_closed:
            raise Bug("jobs.closed", f"{job.name} submitted after close")
        if job.cancel.is_cancelled:
            job.on_cancelled()
            return job.cancel
        try:
            result = job.work(job.cancel)
        except Cancelled:
            job.on_cancelled()
        except VizirError as error:
            job.on_failed(error)
        except Exception as error:  # noqa: BLE001 - as the real runner, so that the two end alike
            _log.exception("%s failed unexpectedly", job.name)
            job.on_failed(Bug("bug.unexpected", f"{type(error).__name__}: {error}", detail=repr(error)))
        else:
            job.on_done(result)
        return job.cancel

    def is_idle(self, lane: str) -> bool:
        return True
