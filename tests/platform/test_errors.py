from __future__ import annotations

import importlib
import pkgutil

import pytest

import bangfu.platform
from bangfu.analytics.errors import NotASnapshot
from bangfu.platform.errors import (
    BadInput,
    NotAllowed,
    NotFound,
    Problem,
    Refused,
    Stale,
    WorkError,
    WrongUsage,
    as_json,
    exit_code,
)
from bangfu.policy.errors import BangfuError
from bangfu.policy.words import Words

PROBLEM = Problem("B7", Words("不是日期", "not a date"), Words("改为 2026-01-31", "write 2026-01-31"))


def load_all() -> None:
    for module in pkgutil.walk_packages(bangfu.platform.__path__, "bangfu.platform."):
        if "migrations" not in module.name:
            importlib.import_module(module.name)


def every(base: type[BangfuError]) -> list[type[BangfuError]]:
    return [base, *(deeper for sub in base.__subclasses__() for deeper in every(sub))]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Refused(), 1),
        (NotFound(), 1),
        (NotAllowed(), 1),
        (Stale(what="x", by="y", at="z"), 1),
        (WrongUsage(), 2),
        (BadInput([PROBLEM]), 3),
        (NotASnapshot(folder="x"), 3),
    ],
)
def test_exit_codes(error: BangfuError, code: int) -> None:
    assert exit_code(error) == code


def test_one_shape_in_both_languages() -> None:
    error = BadInput([PROBLEM])
    assert as_json(error, "zh-hans") == {
        "code": "bad_input",
        "sentence": str(error),
        "problems": [{"where": "B7", "why": "不是日期", "now": "改为 2026-01-31"}],
    }
    assert as_json(error, "en")["problems"] == [
        {"where": "B7", "why": "not a date", "now": "write 2026-01-31"}
    ]
    assert as_json(NotASnapshot(folder="x", file="households.parquet"))["problems"] == []


def test_words_among_the_values_are_filled_in_the_readers_language() -> None:
    error = Stale(
        [Stale.changed(Words("人数", "people"), seen="3", found="4")],
        what=Words("户", "household"),
        by="张三",
        at="9:00",
    )
    assert "“户”" in error.sentence("zh")
    assert "“household”" in error.sentence("en")
    assert as_json(error, "en")["problems"][0] == {
        "where": "people",
        "why": "You saw “3”; it is “4” now.",
        "now": "Decide which of the two is right.",
    }


def test_a_missing_and_a_foreign_object_get_the_same_answer() -> None:
    missing, foreign = NotFound(what="610926100001"), NotFound()
    assert as_json(missing) == as_json(foreign)


def test_every_error_of_this_floor_speaks_both_languages_under_its_own_code() -> None:
    load_all()
    ours = [error for error in every(WorkError) if error.__module__.startswith("bangfu.platform")]
    ours.remove(WorkError)
    assert len(ours) > 20
    codes = [error.code for error in ours]
    assert sorted(codes) == sorted(set(codes))
    for error in ours:
        # ``way`` is the last sentence where it differs from case to case.
        assert error.says.zh.endswith(("。", "。{way}")), error
        assert error.says.en.endswith((".", ". {way_en}")), error
        assert "platform" not in error.says.en
