"""`resume`: takes the calls that wait through the stages that are left, behind what a kill or an error left done."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from app.application import App
from app.cli.main import FAILED, exit_code_of, say_error
from app.cli.opening import cancel_on_signal, opened_app
from app.cli.output import Progress
from app.cli.wording import state_label
from app.core.cancel import CancelToken
from app.core.i18n import _
from app.recording.model import Call, CallState
from app.transcript.model import Segment

NAME = "resume"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--failed", action="store_true", help=_("повторить и те, что закончились ошибкой"))


def run(args: Namespace) -> int:
    """Process all that waits; the exit code is that of the first call that failed, 1 when stopped."""
    with opened_app(args) as app, cancel_on_signal() as cancel:
        app.pipeline.settle_interrupted()
        calls = app.pipeline.waiting()
        if args.failed:
            calls += app.calls.with_state(CallState.FAILED)
        if not calls:
            print(_("Очередь пуста."))
        return process_calls(app, calls, cancel)


def process_calls(app: App, calls: list[Call], cancel: CancelToken) -> int:
    """Take the calls through one after another, telling the terminal; returns the exit code."""
    first_failure = 0
    for call in calls:
        progress = TerminalObserver(call.recording.original_name)
        state = app.pipeline.process(call.id, progress, cancel)
        progress.bar.end()
        if state is CallState.INTERRUPTED:
            say_error(_("Остановлено. Сделанное сохранено: запустите ту же команду ещё раз."))
            return FAILED
        error = app.calls.get(call.id).error
        if state is CallState.FAILED and error is not None:
            say_error(f"{call.recording.original_name}: {error.message} {error.hint}")
            first_failure = first_failure or exit_code_of(error.code)
        else:
            print(f"{call.recording.original_name}: {state_label(state)}")
    return first_failure


class TerminalObserver:
    """Shows the moves of one call on standard error."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.bar = Progress()

    def state_changed(self, call_id: str, state: CallState) -> None:
        if state in (CallState.TRANSCRIBING, CallState.DRAFTING):
            self.bar.begin(f"{self._name}: {state_label(state)}")

    def progressed(self, call_id: str, fraction: float, seconds_left: float | None) -> None:
        self.bar.show(fraction, seconds_left)

    def segments_arrived(self, call_id: str, segments: list[Segment]) -> None:
        """The terminal shows no turns while they come."""
