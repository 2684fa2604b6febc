"""The plan: pieces with margins, windows under the limit, batches of like length."""

from __future__ import annotations

import json

import pytest

from app.adapters.asr import windows
from app.adapters.asr.windows import Piece, Plan, Voiced, Window

S = windows.RATE_HZ


def _middle(start: int, end: int) -> int:
    return (start + end) // 2


def _spans(*seconds: tuple[float, float]) -> list[tuple[int, int]]:
    return [(int(a * S), int(b * S)) for a, b in seconds]


def _window(start_s: float, length_s: float, stream: int = 0) -> Window:
    start = int(start_s * S)
    return Window(stream, (Piece(start, start + int(length_s * S), start, start + int(length_s * S)),))


def test_speech_gets_a_margin_that_ends_half_way_to_its_neighbour() -> None:
    first, second = windows.padded(_spans((1.0, 2.0), (2.5, 4.0)), 10 * S, 15.0, _middle)
    assert (first.start, first.end) == (int(0.6 * S), int(2.25 * S))
    assert (second.start, second.end) == (int(2.25 * S), int(4.4 * S))
    assert (first.voice_start, second.voice_end) == (S, 4 * S)


def test_margins_stay_inside_the_recording() -> None:
    (only,) = windows.padded(_spans((0.1, 4.9)), 5 * S, 15.0, _middle)
    assert (only.start, only.end) == (0, 5 * S)


def test_speech_longer_than_a_window_is_cut_and_nothing_is_lost() -> None:
    pieces = windows.padded(_spans((1.0, 41.0)), 60 * S, 15.0, _middle)
    assert all(p.samples <= 15 * S for p in pieces)
    assert [a.end for a in pieces[:-1]] == [b.start for b in pieces[1:]]
    assert (pieces[0].voice_start, pieces[-1].voice_end) == (S, 41 * S)


def test_turns_of_one_side_are_joined_up_to_the_limit() -> None:
    pieces = [Piece(n * 10 * S, (n * 10 + 6) * S, 0, 0) for n in range(5)]
    joined = windows.joined_windows(1, pieces, 15.0)
    assert [len(w.pieces) for w in joined] == [2, 2, 1]
    assert {w.stream for w in joined} == {1}
    assert [p for w in joined for p in w.pieces] == pieces


def test_windows_of_one_stream_keep_the_silence_between_their_pieces() -> None:
    pieces = windows.padded(_spans((1, 4), (5, 9), (10, 14)), 20 * S, 12.0, _middle)
    first, second = windows.contiguous_windows(pieces, 12.0)
    assert (first.pieces[0].voice_start, first.pieces[0].voice_end) == (S, 9 * S)
    assert second.pieces[0].voice_start == 10 * S
    assert max(first.samples, second.samples) <= 12 * S


@pytest.mark.parametrize("count", [1, 2, 3, 5, 7, 16, 17, 41])
def test_batches_hold_every_window_once_and_not_too_many(count: int) -> None:
    made = [_window(n * 20.0, 3.0 + n % 7, n % 2) for n in range(count)]
    found = windows.batches(made, workers=2, size=5)
    assert sorted(w.pieces[0].start for b in found for w in b) == [w.pieces[0].start for w in made]
    assert all(1 <= len(batch) <= 5 for batch in found)


def test_two_workers_get_an_even_share_of_a_short_call() -> None:
    found = windows.batches([_window(n * 20.0, 10.0) for n in range(6)], workers=2, size=6)
    assert [len(batch) for batch in found] == [3, 3]


def test_windows_of_like_length_stand_together() -> None:
    lengths = [15, 2, 14, 3, 13, 2, 12, 3]
    found = windows.batches([_window(n * 20.0, length) for n, length in enumerate(lengths)], workers=2, size=6)
    assert [sorted(w.samples // S for w in batch) for batch in found] == [[12, 13, 14, 15], [2, 2, 3, 3]]


def test_the_beginning_of_a_long_call_is_recognised_first() -> None:
    found = windows.batches([_window(n * 20.0, 15.0 - n % 10) for n in range(100)], workers=2, size=5)
    assert max(w.pieces[0].start for batch in found[:4] for w in batch) < 20 * 20 * S


def test_a_plan_comes_back_from_json() -> None:
    piece = Piece(100, 900, 200, 800)
    plan = Plan(S, 2, False, "ru", ((Window(0, (piece, piece)),), (Window(1, (piece,)),)), (Voiced(100, 900, 1),))
    assert Plan.from_json(json.loads(json.dumps(plan.to_json()))) == plan
    assert plan.duration_s == 1.0
