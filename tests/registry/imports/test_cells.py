"""Reading one cell: every kind with good, odd and bad spellings; each refusal says what, why and what to do."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.policy import vocabulary
from bangfu.policy.vocabulary import Column
from bangfu.policy.words import Words
from bangfu.registry.imports.cells import read_column, reader
from bangfu.registry.imports.plain_cells import Unreadable

person, household = vocabulary.table("person").columns, vocabulary.table("household").columns
vehicles = vocabulary.table("vehicles").columns
KINDS = {
    "text": person["person_no"],
    "name": person["name"],
    "id_number": person["id_number"],
    "phone": person["phone"],
    "code": person["sex"],
    "codes": household["other_causes"],
    "birth": person["birth_date"],
    "date": household["exited_on"],
    "money": household["income_net"],
    "hundredths": household["farmland"],
    "count": person["work_months"],
    "year": household["income_year"],
    "yes_no": household["safe_water"],
    "division": household["division_code"],
}
GOOD: list[tuple[str, Any, Any]] = [
    ("text", "R-001", "R-001"),
    ("text", "  R-001 ", "R-001"),
    ("text", 610926.0, "610926"),
    ("text", 7, "7"),
    ("text", "00712", "00712"),
    ("name", " 王小明 ", "王小明"),
    ("id_number", "110105 19491231 002x", "11010519491231002X"),
    ("id_number", "１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
    ("id_number", "'110105491231002", "110105491231002"),
    ("phone", "139 1234 5678", "139 1234 5678"),
    ("phone", 13912345678.0, "13912345678"),
    ("phone", "0915-8412345", "0915-8412345"),
    ("phone", "１３９１２３４５６７８", "１３９１２３４５６７８"),
    ("phone", "13912345678/13812345678", "13912345678/13812345678"),
    ("code", "男", 1),
    ("code", " 女 ", 2),
    ("code", "女性", 2),
    ("code", 1.0, 1),
    ("code", "2", 2),
    ("code", "male", 1),
    ("codes", "因病、因残", [1, 2]),
    ("codes", "因残,因病", [1, 2]),
    ("codes", "因病;因病", [1]),
    ("codes", "因病+因学", [1, 3]),
    ("codes", "1、2", [1, 2]),
    ("codes", "交通条件落后", [10]),
    ("birth", date(1975, 3, 5), 19750305),
    ("birth", datetime.fromisoformat("1975-03-05T08:30"), 19750305),
    ("birth", "1975-03-05", 19750305),
    ("birth", "1975/3/5", 19750305),
    ("birth", "1975.3.5", 19750305),
    ("birth", "1975年3月5日", 19750305),
    ("birth", "１９７５年３月５日", 19750305),
    ("birth", "1975-03-05 00:00:00", 19750305),
    ("birth", "19750305", 19750305),
    ("birth", 19750305.0, 19750305),
    ("birth", 27458, 19750305),
    ("birth", "1972-02-29", 19720229),
    ("date", "2015年", 20151231),
    ("date", "2015年度", 20151231),
    ("date", 2015, 20151231),
    ("date", "2015-02", 20150228),
    ("date", "201502", 20150228),
    ("date", "2016年2月", 20160229),
    ("money", 1234.5, 123450),
    ("money", "1,234.50", 123450),
    ("money", "1234.5元", 123450),
    ("money", "¥1234.5", 123450),
    ("money", "约3000元", 300000),
    ("money", "3.2万", 3200000),
    ("money", "3.2万元", 3200000),
    ("money", "１２３４", 123400),
    ("money", "-500", -50000),
    ("money", 0.005, 1),
    ("money", "0.004", 0),
    ("money", 0, 0),
    ("hundredths", "3.5亩", 350),
    ("hundredths", "85.25平方米", 8525),
    ("hundredths", "0.72", 72),
    ("count", 3.0, 3),
    ("count", "3个月", 3),
    ("count", "4人", 4),
    ("count", "０", 0),
    ("year", 2015.0, 2015),
    ("year", "2015年", 2015),
    ("year", "2015年度", 2015),
    ("year", date(2015, 6, 1), 2015),
    ("yes_no", "是", True),
    ("yes_no", "否", False),
    ("yes_no", "有", True),
    ("yes_no", "无", False),
    ("yes_no", 1.0, True),
    ("yes_no", "0", False),
    ("yes_no", True, True),
    ("yes_no", "√", True),
    ("yes_no", "×", False),
    ("yes_no", "未参加", False),
    ("division", "610926100201", "610926100201"),
    ("division", 610926100201.0, "610926100201"),
    ("division", "610926100", "610926100000"),
    ("division", "610926", "610926000000"),
    ("division", "６１０９２６１００２０１", "610926100201"),
]
BAD: list[tuple[str, Any]] = [
    ("text", 6.109261002010001e17),
    ("text", "#REF!"),
    ("id_number", 6.1242919750305e17),
    ("phone", "没有电话"),
    ("phone", "12345"),
    ("code", "男女"),
    ("code", "3"),
    ("code", 3.0),
    ("code", "²"),
    ("codes", "因病、因懒"),
    ("birth", "1975"),
    ("birth", "1975-03"),
    ("birth", "1975-02-30"),
    ("birth", "1975-13-01"),
    ("birth", "三月五日"),
    ("birth", "0001-01-01"),
    ("birth", "99999999"),
    ("birth", "²⁰¹⁵⁰³⁰⁵"),
    ("birth", time(8, 30)),
    ("birth", timedelta(days=3)),
    ("date", "2015-00"),
    ("date", "最近"),
    ("money", "很多"),
    ("money", "3千5"),
    ("money", "1234567890123"),
    ("money", float("inf")),
    ("money", "nan"),
    ("money", "NaN"),
    ("money", "inf"),
    ("money", "-Infinity"),
    ("money", "sNaN"),
    ("money", True),
    ("money", "1E400"),
    ("hundredths", "三亩"),
    ("count", 3.5),
    ("count", "三"),
    ("count", "nan"),
    ("count", "99999999999"),
    ("year", "15"),
    ("year", "2015.5"),
    ("year", 99999),
    ("yes_no", "可能"),
    ("yes_no", 2),
    ("division", "6109261002"),
    ("division", "药妇沟村"),
    ("division", "²²²²²²"),
]


@pytest.mark.parametrize(("kind", "cell", "typed"), GOOD)
def test_what_people_write(kind: str, cell: Any, typed: Any) -> None:
    assert reader(KINDS[kind])(cell) == typed


@pytest.mark.parametrize(("kind", "cell"), BAD)
def test_what_cannot_be_used(kind: str, cell: Any) -> None:
    with pytest.raises(Unreadable) as refusal:
        reader(KINDS[kind])(cell)
    reason = refusal.value.reason
    assert reason.zh.endswith("。")
    assert reason.en.endswith(".")
    assert any(word in reason.zh for word in ("请", "应填", "可填")), "says what to do"


@pytest.mark.parametrize(
    ("kind", "cell"), [one for one in BAD if isinstance(one[1], str) and one[0] != "codes"]
)
def test_the_refusal_shows_what_was_found(kind: str, cell: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        reader(KINDS[kind])(cell)
    assert cell in refusal.value.reason.zh or "E+" in refusal.value.reason.zh
    assert cell in refusal.value.reason.en or "E+" in refusal.value.reason.en


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("cell", [None, "", "  ", "/", "—", "－", "null", "N/A", "无数据", "\\"])
def test_empty_cells_say_nothing(kind: str, cell: Any) -> None:
    assert reader(KINDS[kind])(cell) is None


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("cell", ["#N/A", "#REF!", "#DIV/0!", "#NAME?", "#VALUE!"])
def test_a_formula_that_failed_is_said_to_have_failed(kind: str, cell: str) -> None:
    with pytest.raises(Unreadable, match="公式"):
        reader(KINDS[kind])(cell)


@pytest.mark.parametrize("cell", ["610●●●●●●●●●●●1234", "140●●●●1234", "●●●●"])
@pytest.mark.parametrize("kind", ["id_number", "phone"])
def test_a_masked_value_says_nothing(kind: str, cell: str) -> None:
    """An export with masked numbers may be edited and uploaded again: the mask never replaces the number."""
    assert reader(KINDS[kind])(cell) is None


def test_a_masked_bank_account_says_nothing() -> None:
    assert reader(household["bank_account"])("622●●●●●●●●●●●●4321") is None


cells = st.one_of(
    st.none(),
    st.text(max_size=25),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


@pytest.mark.parametrize("kind", sorted(KINDS))
@given(cell=cells)
def test_any_cell_is_read_or_refused_and_nothing_else(kind: str, cell: Any) -> None:
    """Whatever stands in a workbook, no import ends in a traceback."""
    try:
        found = reader(KINDS[kind])(cell)
    except Unreadable as refusal:
        found = refusal.reason
    if isinstance(found, Words):
        assert found.zh
        assert found.en
    else:
        assert found is None or isinstance(found, str | int | bool | list)


@given(st.integers(-(10**11), 10**11))
def test_money_is_exact_to_the_fen(fen: int) -> None:
    yuan, rest = divmod(abs(fen), 100)
    sign = "-" if fen < 0 else ""
    assert reader(KINDS["money"])(f"{sign}{yuan:,}.{rest:02d}元") == fen


@given(st.dates(date(1850, 1, 1), date(2100, 12, 31)))
def test_every_day_in_every_spelling(day: date) -> None:
    number = day.year * 10_000 + day.month * 100 + day.day
    for cell in (
        day,
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y/%m/%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day:%Y%m%d}",
        number,
        float(number),
    ):
        assert reader(KINDS["birth"])(cell) == number


CODED = [
    column for table in vocabulary.tables().values() for column in table.entered if column.kind == "code"
]


@pytest.mark.parametrize("column", CODED, ids=lambda column: f"{column.table}.{column.name}")
def test_every_label_of_every_code_list_is_understood(column: Column) -> None:
    assert column.code_list is not None
    read = reader(column)
    for code in column.code_list:
        for label in (code.title.zh, code.title.en, *code.labels, str(code.code), float(code.code)):
            assert read(label) == code.code, label


def test_half_width_brackets_are_understood() -> None:
    assert reader(person["work_place"])("乡(镇)内务工") == 1
    assert reader(person["labour"])("弱(半)劳动力") == 5


def test_an_unknown_label_names_the_nearest_one() -> None:
    with pytest.raises(Unreadable) as refusal:
        reader(person["relation"])("之子女婿")
    assert "是不是" in refusal.value.reason.zh
    assert "Is it" in refusal.value.reason.en
    with pytest.raises(Unreadable, match="可填"):
        reader(vehicles["vehicle_kind"])("飞机")


def test_columns_are_read_with_the_row_of_each_problem() -> None:
    typed, problems = read_column(["男", "甲", "", "甲", 2], person["sex"])
    assert typed == [1, None, None, None, 2]
    assert sorted(problems) == [1, 3]
    assert problems[1] == problems[3]


def test_one_and_true_are_told_apart() -> None:
    """1 == True to Python; a months column must not take one for the other."""
    typed, problems = read_column([1, True, 1.0, "1"], person["work_months"])
    assert typed == [1, None, 1, 1]
    assert list(problems) == [1]
