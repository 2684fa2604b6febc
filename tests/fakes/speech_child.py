"""A child process that plays speech recognition by the script in the recording it is given.

The recording is JSON: ``{"batches": ["word word", …], "dies_after": 1, "hangs_after": 2, "fails": "asr.bad_model"}``.
With ``"voices": true`` both sides are voices in one channel.
"""

from __future__ import annotations

import json
import os
import threading

from app.adapters.asr.messages import BatchDone, Failed, Finished, Heard, Planned, Start
from app.adapters.asr.windows import RATE_HZ, Piece, Plan, Voiced, Window
from app.core.errors import UserFixable
from app.jobs.child import ChildEnd

BATCH_S = 5


def main(end: ChildEnd) -> None:
    """One second of speech a batch, words a quarter of a second apart, sides by turns."""
    start = end.receive()
    if not isinstance(start, Start):
        raise TypeError(start)
    script = json.loads(start.path.read_text("utf-8"))
    if script.get("fails"):
        end.send(Failed(UserFixable(script["fails"], "Так задумано.", hint="Ничего не делайте.")))
        return
    end.send(Heard(0.5))
    if start.plan is None:
        end.send(Planned(_plan(len(script["batches"]), bool(script.get("voices"))).to_json()))
    for number, text in enumerate(script["batches"]):
        if number in start.finished:
            continue
        if script.get("dies_after") == number and start.plan is None:
            os._exit(1)
        if script.get("hangs_after") == number:
            threading.Event().wait()
        words = [
            [number * BATCH_S + at * 0.25, number * BATCH_S + at * 0.25 + 0.2, word, 0.9]
            for at, word in enumerate(text.split())
        ]
        end.send(BatchDone(number, [[0 if script.get("voices") else number % 2, words]]))
    end.send(Finished())


def _plan(count: int, has_voices: bool) -> Plan:
    batches = []
    for number in range(count):
        start = number * BATCH_S * RATE_HZ
        batches.append(
            (Window(0 if has_voices else number % 2, (Piece(start, start + RATE_HZ, start, start + RATE_HZ),)),)
        )
    starts = [number * BATCH_S * RATE_HZ for number in range(count)]
    voices = tuple(Voiced(start, start + RATE_HZ, number % 2) for number, start in enumerate(starts))
    streams = 1 if has_voices else 2
    return Plan(count * BATCH_S * RATE_HZ, streams, False, "ru", tuple(batches), voices if has_voices else ())
