"""`proposal` as scripts run it: its own process, real files, the exact JSON of the contract."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from app.settings import SAMPLE
from tests.e2e.command_line import Ended, run

NOTHING = {"schema": 1}


def _quote(text: str, segment: int = 1) -> list[dict[str, Any]]:
    return [{"segment": segment, "start": segment * 4.0, "end": segment * 4.0 + 3, "quote": text}]


DRAFT = {
    "schema": 1,
    "call": {"id": "call-1", "at": "2026-11-17T10:30:00+03:00", "duration": 60.0, "kind": "sales"},
    "transcript": {
        "schema": 1,
        "duration": 60.0,
        "language": "ru",
        "model": "text",
        "channels": 1,
        "segments": [
            {"index": 0, "start": 0.0, "end": 3.0, "speaker": "manager", "channel": 0, "text": "Добрый день!"},
            {
                "index": 1,
                "start": 4.0,
                "end": 7.0,
                "speaker": "client",
                "channel": 1,
                "text": "Нам нужны светильники в цех, темно.",
            },
        ],
    },
    "fields": {
        "need": {
            "value": "Нам нужны светильники в цех",
            "norm": None,
            "status": "verified",
            "evidence": _quote("Нам нужны светильники в цех, темно."),
            "reason": None,
        },
        "company_name": {
            "value": "Завод «Молот & Ко»",
            "norm": None,
            "status": "verified",
            "evidence": _quote("завод"),
            "reason": None,
        },
        "budget_amount": {"value": None, "norm": None, "status": "empty", "evidence": [], "reason": None},
    },
    "note": {"text": "Светильники в цех.", "evidence": []},
    "next_steps": [],
    "line_items": [
        {"sku": "SS-K150", "name": "Купол 150", "qty": 12, "status": "verified", "evidence": _quote("двенадцать")},
        {"sku": "SS-NONE", "name": "Купол 175", "qty": 1, "status": "review", "evidence": _quote("купол")},
    ],
    "risks": [],
    "sentiment": "neutral",
    "questions": [],
    "engine": {"input": "text", "asr": "text", "llm": "", "prompt": "", "seconds": {"transcribe": 0, "draft": 0}},
}


def _proposal(folder: Path, draft: object, lines: object = None, *more: str) -> tuple[Ended, Path, dict[str, Any]]:
    source, out, answer = folder / "draft.json", folder / "out.docx", folder / "answer.json"
    source.write_text(draft if isinstance(draft, str) else json.dumps(draft, ensure_ascii=False), "utf-8")
    arguments: list[str | Path] = ["proposal", source, "--profile", SAMPLE, "--out", out, "--json", answer, *more]
    if lines is not None:
        wanted = folder / "lines.json"
        wanted.write_text(lines if isinstance(lines, str) else json.dumps(lines), "utf-8")
        arguments += ["--lines", wanted]
    ended = run(*arguments)
    return ended, out, json.loads(answer.read_text("utf-8")) if answer.exists() else {}


def _text(document: Path) -> str:
    with zipfile.ZipFile(document) as package:
        return package.read("word/document.xml").decode()


def test_lines_become_a_document_with_the_sums_of_the_contract(tmp_path: Path) -> None:
    lines = [{"sku": "SS-K100", "qty": 2}, {"sku": "SS-K200", "qty": 3, "discount_percent": "2.5"}]
    ended, out, answer = _proposal(tmp_path, NOTHING, lines, "--no-text", "--number", "КП-2026-0117/2")
    assert ended.code == 0, ended.err
    assert answer == {
        "number": "КП-2026-0117/2",
        "file": str(out),
        "currency": "RUB",
        "lines": [
            {
                "sku": "SS-K100",
                "name": "Светильник промышленный Купол 100 (100 Вт, 14 000 лм)",
                "unit": "шт",
                "qty": 2,
                "price": "8900.00",
                "discount_percent": "0",
                "sum": "17800.00",
                "vat_rate": 22,
            },
            {
                "sku": "SS-K200",
                "name": "Светильник промышленный Купол 200 (200 Вт, 28 000 лм)",
                "unit": "шт",
                "qty": 3,
                "price": "14800.00",
                "discount_percent": "2.5",
                "sum": "43290.00",
                "vat_rate": 22,
            },
        ],
        "total": "61090.00",
        "vat": "11016.23",
        "total_words": "Шестьдесят одна тысяча девяносто рублей 00 копеек",
        "warnings": [],
    }
    assert "Шестьдесят одна тысяча" in _text(out)


def test_a_draft_becomes_a_document_with_its_texts_and_what_is_open_is_said(tmp_path: Path) -> None:
    ended, out, answer = _proposal(tmp_path, DRAFT)
    assert ended.code == 0, ended.err
    assert [(line["sku"], line["qty"]) for line in answer["lines"]] == [("SS-K150", 12)]
    text = _text(out)
    for expected in ("В ответ на ваш запрос от 17.11.2026", "Молот &amp; Ко", "светильники в цех", "Денис Орлов"):
        assert expected in text
    assert "SS-NONE" not in text
    assert "SS-NONE" in ended.err
    assert {warning["kind"] for warning in answer["warnings"]} <= {
        "style",
        "unsourced",
        "placeholder",
        "discount_limit",
    }


def test_a_discount_above_the_limit_of_the_documents_is_warned_about(tmp_path: Path) -> None:
    ended, _out, answer = _proposal(
        tmp_path, NOTHING, [{"sku": "SS-K100", "qty": 1, "discount_percent": 40}], "--no-text"
    )
    assert ended.code == 0, ended.err
    assert [warning["kind"] for warning in answer["warnings"]] == ["discount_limit"]


@pytest.mark.parametrize(
    ("draft", "lines", "said"),
    [
        (NOTHING, [{"sku": "SS-K101", "qty": 1}], "SS-K10"),
        (NOTHING, [{"sku": "SS-K100", "qty": 1, "discount_percent": "101"}], "от 0 до 100"),
        (NOTHING, [{"sku": "SS-K100", "qty": 1.5}], "целыми"),
        (NOTHING, [{"sku": "SS-K100", "qty": 0}], "больше нуля"),
        (NOTHING, [{"sku": "SS-K100", "qty": True}], "qty"),
        (NOTHING, [{"qty": 1}], "sku"),
        (NOTHING, "[{", "JSON"),
        (NOTHING, None, "--lines"),
        ("{ не JSON", None, "JSON"),
        ({"schema": 7}, None, "schema"),
        ({**DRAFT, "call": {"id": "x", "at": "вчера"}}, None, "не та форма"),
    ],
)
def test_what_cannot_be_made_is_one_plain_line_and_leaves_no_file(
    tmp_path: Path, draft: object, lines: object, said: str
) -> None:
    ended, out, _answer = _proposal(tmp_path, draft, lines, "--no-text")
    assert ended.code == 3, ended.err
    assert said in ended.err
    assert ended.err.count("\n") == 1
    assert not out.exists()


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "out.docx").write_text("чужое", "utf-8")
    ended, out, _answer = _proposal(tmp_path, NOTHING, [{"sku": "SS-K100", "qty": 1}], "--no-text")
    assert ended.code == 3
    assert "не будет перезаписан" in ended.err
    assert out.read_text("utf-8") == "чужое"


def test_a_template_that_is_no_template_is_said(tmp_path: Path) -> None:
    other = tmp_path / "шаблон.docx"
    other.write_text("не Word", "utf-8")
    ended, _out, _answer = _proposal(
        tmp_path, NOTHING, [{"sku": "SS-K100", "qty": 1}], "--no-text", "--template", str(other)
    )
    assert ended.code == 3
    assert "шаблон.docx" in ended.err
