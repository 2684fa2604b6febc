"""`ask` as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.command_line import run
from tests.fakes.glasshouse import glasshouse_folder

pytestmark = pytest.mark.slow


def test_an_answer_is_written_with_its_sources(tmp_path: Path) -> None:
    ended = run("ask", "Какая гарантия на каркас?", "--profile", glasshouse_folder(tmp_path), "--json", "-")
    said = json.loads(ended.out)
    assert ended.code == 0
    assert set(said) == {"answer", "answerable", "sources", "seconds"}
    assert said["answerable"] is True
    assert "7 лет" in said["answer"]
    assert set(said["sources"][0]) == {"file", "heading", "quote"}
    assert (said["sources"][0]["file"], said["sources"][0]["heading"]) == ("warranty.md", "Гарантия")


def test_a_refusal_has_no_sources(tmp_path: Path) -> None:
    out = tmp_path / "answer.json"
    ended = run("ask", "Оплатите ли простой бригады?", "--profile", glasshouse_folder(tmp_path), "--json", out)
    said = json.loads(out.read_text("utf-8"))
    assert ended.code == 0
    assert (said["answerable"], said["sources"]) == (False, [])
    assert said["answer"].startswith("В базе нет ответа. Уточните у ")
    assert ended.out.startswith("В базе нет ответа.")


def test_a_person_reads_where_it_stands(tmp_path: Path) -> None:
    ended = run("ask", "Есть ли рассрочка?", "--profile", glasshouse_folder(tmp_path))
    assert ended.code == 0
    assert "terms.md, Цены и оплата: «Рассрочки нет.»" in ended.out


def test_no_question_is_bad_input(tmp_path: Path) -> None:
    ended = run("ask", "  ", "--profile", glasshouse_folder(tmp_path))
    assert (ended.code, ended.out) == (3, "")
    assert len(ended.err.strip().splitlines()) == 1


def test_a_profile_without_knowledge_answers_nothing(tmp_path: Path) -> None:
    folder = glasshouse_folder(tmp_path)
    (folder / "catalog.csv").unlink()
    for path in (folder / "kb").iterdir():
        path.unlink()
    ended = run("ask", "Есть ли рассрочка?", "--profile", folder, "--json", "-")
    assert ended.code == 0
    assert json.loads(ended.out)["answerable"] is False
