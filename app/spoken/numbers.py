"""Numbers in a text, in words or digits."""

from __future__ import annotations

from app.spoken.counted import clean, counted
from app.spoken.model import Number
from app.spoken.tokens import low_at, tokenise


def find_numbers(text: str) -> list[Number]:
    """Numbers in the order of the text, not overlapping.

    Counts, ordinals, percentages, amounts and article numbers alike; phones, e-mails, and dates and times
    in digits are left out. `unit` is set where a counted word stands beside the number.
    """
    tokens = tokenise(text)
    numbers = []
    for item in counted(text):
        sign = -1 if low_at(tokens, item.first - 1) == "минус" and low_at(tokens, item.first - 2) != "плюс" else 1
        numbers.append(
            Number(
                start=tokens[item.first].start,
                end=tokens[item.behind - 1].end,
                value=clean(item.value * sign),
                certainty=item.certainty,
                upper=None if item.upper is None else clean(item.upper * sign),
                is_ordinal=item.is_ordinal,
                unit=item.unit,
            )
        )
    return numbers
