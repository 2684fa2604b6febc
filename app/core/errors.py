"""The error taxonomy. Callers rely on these classes and on nothing else.

`str(error)` is safe to show to a person, `error.detail` goes to the log, `error.code` is stable and
listed in docs/errors.md (a test compares the two).
"""

from __future__ import annotations


class VizirError(Exception):
    """An error with a plain sentence, its cure and a stable code.

    Args:
        code: Stable dotted name such as ``audio.no_sound``; listed in docs/errors.md.
        message: One plain sentence in the user's language that says what is wrong.
        hint: One plain sentence that says what to do about it.
        detail: For the log only; may hold paths and vendors' texts.
        action: Key of the button that leads to the cure, such as ``open_settings_llm``; None without one.
    """

    def __init__(self, code: str, message: str, *, hint: str = "", detail: str = "", action: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.detail = detail
        self.action = action

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross from child processes by pickle, which by default passes only `args`.
        return _rebuild, (type(self), self.__dict__.copy())


class UserFixable(VizirError):
    """Something a person can put right: a wrong key, no disk space, a file open elsewhere."""


class ExternalFailure(VizirError):
    """A server or service outside failed; trying again later may work.

    Args:
        retry_after_s: Seconds the other side asked us to wait; None where unknown.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        hint: str = "",
        detail: str = "",
        action: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(code, message, hint=hint, detail=detail, action=action)
        self.retry_after_s = retry_after_s


class ModelOutputRejected(VizirError):
    """The model's text failed parsing or checks; `detail` holds the raw text."""


class StoredDataError(VizirError):
    """A damaged or newer database: nothing is written, the backup is offered."""


class Bug(VizirError):
    """Anything else; shown in the crash dialog."""


class Cancelled(Exception):
    """The person asked to stop. Not an error: nothing is shown for it."""


def _rebuild(kind: type[VizirError], state: dict[str, object]) -> VizirError:
    error = kind.__new__(kind)
    Exception.__init__(error, state.get("message", ""))
    error.__dict__.update(state)
    return error
