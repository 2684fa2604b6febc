"""What is counted when a card says «верно 47 из 50»."""

from __future__ import annotations

from typing import Any

from app.approval.model import DecisionKind
from app.approval.track_record import ENOUGH, FieldVerdict, MadeWith, TrackRecord, track_records
from app.draft.model import Engine, FieldStatus

NOW = MadeWith("whisper-base", "qwen-1.5b", "p1")
ACCEPTED, EDITED, REJECTED = DecisionKind.ACCEPTED, DecisionKind.EDITED, DecisionKind.REJECTED


def verdict(call: int, kind: DecisionKind = ACCEPTED, **changes: Any) -> FieldVerdict:
    stated: dict[str, Any] = {
        "call_id": f"call-{call}",
        "key": "delivery_city",
        "made_with": NOW,
        "drafted": FieldStatus.VERIFIED,
        "kind": kind,
    }
    return FieldVerdict(**{**stated, **changes})


def test_taken_as_drafted_is_right_and_edited_or_rejected_is_not() -> None:
    found = track_records([verdict(1), verdict(2), verdict(3, EDITED), verdict(4, REJECTED)], NOW)
    assert found == {"delivery_city": TrackRecord(accepted=2, edited=1, rejected=1, proven=4, proven_accepted=2)}
    assert found["delivery_city"].total == 4


def test_each_field_has_its_own_record() -> None:
    found = track_records([verdict(1), verdict(1, EDITED, key="need")], NOW)
    assert (found["delivery_city"].accepted, found["need"].accepted) == (1, 0)


def test_another_model_prompt_or_recogniser_is_another_record() -> None:
    others = [MadeWith("whisper-small", "qwen-1.5b", "p1"), MadeWith("whisper-base", "big", "p1")]
    others.append(MadeWith("whisper-base", "qwen-1.5b", "p2"))
    assert track_records([verdict(n, made_with=other) for n, other in enumerate(others)], NOW) == {}


def test_of_two_decisions_on_a_field_of_one_call_the_last_counts() -> None:
    found = track_records([verdict(1), verdict(1, EDITED)], NOW)
    assert (found["delivery_city"].accepted, found["delivery_city"].edited) == (0, 1)


def test_a_value_written_where_the_draft_had_none_is_not_counted() -> None:
    assert track_records([verdict(1, EDITED, drafted=FieldStatus.EMPTY)], NOW) == {}


def test_proven_values_are_counted_apart_from_doubtful_ones() -> None:
    found = track_records([verdict(1), verdict(2, EDITED, drafted=FieldStatus.REVIEW)], NOW)["delivery_city"]
    assert (found.total, found.proven, found.proven_accepted) == (2, 1, 1)


def test_a_few_decisions_tell_nothing() -> None:
    few = track_records([verdict(number) for number in range(ENOUGH - 1)], NOW)["delivery_city"]
    enough = track_records([verdict(number) for number in range(ENOUGH)], NOW)["delivery_city"]
    assert (few.is_telling, enough.is_telling) == (False, True)


def test_seconds_and_kind_of_input_do_not_make_another_engine() -> None:
    assert MadeWith.of(Engine("audio", "whisper-base", "qwen-1.5b", "p1", 12.0, 30.0)) == NOW
