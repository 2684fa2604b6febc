"""Model text to checked JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_THINKING = re.compile(r"<think>.*?</think>", re.DOTALL)


class BrokenAnswerError(Exception):
    """The text is no answer to the question asked.

    Args:
        reason: What is wrong, short, in English: it goes back to the model and to the log.
        is_json: False when the text is no JSON object at all.
    """

    def __init__(self, reason: str, *, is_json: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_json = is_json


def checked_answer(text: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON object in `text`, once it fits the schema. Raises BrokenAnswerError."""
    answer = _json_object(text)
    import jsonschema

    validator = jsonschema.Draft202012Validator(dict(schema))
    errors = sorted(validator.iter_errors(answer), key=lambda error: error.json_path)
    if errors:
        # The whole message would quote the answer back; the rule and the place are enough.
        worst = errors[0]
        raise BrokenAnswerError(f"{worst.json_path}: {str(worst.message)[:200]}", is_json=True)
    return answer


def _json_object(text: str) -> dict[str, Any]:
    # Servers that ignore the schema wrap the object into a fence, a sentence or their thoughts.
    bare = _THINKING.sub("", text)
    start, end = bare.find("{"), bare.rfind("}")
    if start < 0 or end < start:
        raise BrokenAnswerError("no JSON object in the answer", is_json=False)
    try:
        answer = json.loads(bare[start : end + 1])
    except ValueError as error:
        raise BrokenAnswerError(f"not valid JSON: {error}", is_json=False) from error
    if not isinstance(answer, dict):
        raise BrokenAnswerError("not a JSON object", is_json=False)
    return answer
