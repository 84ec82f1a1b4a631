"""The plans of docs/teaching.md hold what the lectures say of themselves."""

import re
from pathlib import Path

from dlcourse.course import lectures

PAGE = (Path(__file__).parents[1] / "docs/teaching.md").read_text(encoding="utf-8")
COURSE = {lecture.number: lecture for lecture in lectures()}
SESSION, DAY = 90, 360  # minutes
THREE = r"(\d\d), (\d\d) and (\d\d)"
EXCHANGE = rf"{THREE} are one session each.*?\bin the place of {THREE},"
FOUND = re.search(EXCHANGE, PAGE, re.DOTALL).groups()
EXCHANGED = list(zip(FOUND[:3], FOUND[3:], strict=True))


def section(title):
    """The rows of the table below a heading, as lists of cells."""
    text = PAGE.split(f"## {title}")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (.+) \|$", text, re.MULTILINE)
    return [row.split(" | ") for row in rows if not row.startswith(("week", "day"))]


def needed(number):
    """The lectures that one builds on, and those that these build on."""
    text = COURSE[number].needs
    found = set(re.findall(r"\d\d", text))
    if " to " in text:  # "08 to 13"
        first, last = map(int, re.findall(r"\d\d", text))
        found = {f"{n:02}" for n in range(first, last + 1)}
    return found.union(*map(needed, found))


def test_a_term_holds_every_lecture_in_an_order_that_works():
    cells = [cell for _, *cells in section("A term") for cell in cells]
    taught, left = [], 0
    for cell in cells:
        room = SESSION
        for number in re.findall(r"\b\d\d\b", cell.split("homework")[0]):
            if number in taught:  # the rest of the last one
                room -= left
                left = 0
                continue
            assert needed(number) <= set(taught), number
            assert not left, f"{number} begins before {taught[-1]} has ended"
            taught.append(number)
            left = max(COURSE[number].minutes - room, 0)
    assert taught == sorted(set(COURSE) - {more for more, _ in EXCHANGED})
    assert not left


def test_what_does_not_fit_into_a_term_may_come_in_the_place_of_others():
    added, dropped = (set(numbers) for numbers in zip(*EXCHANGED, strict=True))
    assert len(added) == len(dropped) == 3
    for number in set(COURSE) - dropped:
        assert not needed(number) & dropped, number
    assert all(COURSE[number].minutes <= SESSION for number in added)


def test_three_days_fit_into_six_hours_each():
    for _, taught, _ in section("Three days"):
        numbers = re.findall(r"\d\d", taught)
        assert len(numbers) > 2
        assert sum(COURSE[number].minutes for number in numbers) <= DAY


def test_what_may_be_skipped_is_not_needed():
    skipped, kept = re.search(r"- ([^:]+): ([^.]+) do not build", PAGE).groups()
    skipped, kept = (re.findall(r"\d\d", text) for text in (skipped, kept))
    assert len(skipped) > 2
    for number in kept:
        assert not needed(number) & set(skipped)


def test_answers_are_where_the_page_says():
    questions = section("Questions that come")
    assert len(questions) > 7
    for _, where in questions:
        numbers = re.findall(r"\b\d\d\b", where)
        assert numbers or where == "where it is answered" or "---" in where
        assert set(numbers) <= set(COURSE)
