"""Job titles whose adjectives and verbs are in no list."""

from __future__ import annotations

import pytest

from app.spoken.roles import find_roles


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Говорит логистический координатор.", "логистический координатор"),
        ("Я пресс-секретарь театра", "пресс-секретарь театра"),
        ("инженер по пожарной безопасности цеха", "инженер по пожарной безопасности цеха"),
        ("Складом заведую уже год.", "заведующий складом"),
        ("Руковожу отделом снабжения.", "руководитель отдела снабжения"),
    ],
)
def test_a_title_keeps_all_its_words(text: str, name: str) -> None:
    assert [role.name for role in find_roles(text)] == [name]


@pytest.mark.parametrize("text", ["наш новый директор", "ваш прежний директор", "такой хороший директор"])
def test_words_about_a_person_are_no_part_of_the_title(text: str) -> None:
    assert [role.name for role in find_roles(text)] == ["директор"]
