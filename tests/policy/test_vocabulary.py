"""Every table, column and code list once, with unique names in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from bangfu.policy import vocabulary, yaml_files
from bangfu.policy.errors import BadPolicyFile
from bangfu.policy.vocabulary import CodeList, Table, code_lists, codes, tables

FOLDER = yaml_files.HERE / "vocabulary"


def every_list() -> list[CodeList]:
    return list(code_lists().values())


def every_table() -> list[Table]:
    return list(tables().values())


@pytest.mark.parametrize("path", sorted((FOLDER / "codes").glob("*.yaml")), ids=lambda path: path.stem)
def test_code_files_fit_their_schema(path: Path) -> None:
    assert yaml_files.read_checked(path, "codes")


@pytest.mark.parametrize("name", ["person", "household"])
def test_table_files_fit_their_schema(name: str) -> None:
    assert yaml_files.read_checked(FOLDER / "tables" / f"{name}.yaml", "tables")


def test_list_tables_fit_the_schema_of_tables() -> None:
    """The file of lists shares columns; what comes of it is held to the same shape as the other tables."""
    content = yaml_files.read(FOLDER / "tables" / "lists.yaml")
    for name, node in content["lists"].items():
        for column in (*content["common"].values(), *node["columns"].values(), *content["facets"].values()):
            assert {"zh", "en", "type"} <= set(column), name
            assert column["type"] in {
                *vocabulary.SNAPSHOT_TYPES,
                "text",
                "name",
                "id_number",
                "phone",
                "division",
            }


@pytest.mark.parametrize("one", every_list(), ids=lambda one: one.name)
def test_codes_keys_and_labels_are_unique(one: CodeList) -> None:
    for what in ("code", "key"):
        said = [getattr(code, what) for code in one]
        assert len(said) == len(set(said)), what
    for language in ("zh", "en"):
        titles = [code.title.text(language) for code in one]
        assert len(titles) == len(set(titles)), language
        assert all(titles)


@pytest.mark.parametrize("one", every_list(), ids=lambda one: one.name)
def test_every_label_reads_as_its_code(one: CodeList) -> None:
    for code in one:
        for label in (code.title.zh, code.key, str(code.code), *code.labels):
            assert one.read(label) == code.code, label
        assert one.label(code.code) == code.title.zh
        assert one.label(code.code, "en") == code.title.en


@pytest.mark.parametrize("label", ["", "没有这一项", "²", "９９９", "-1", "1.5", "99999"])
def test_what_is_no_label_is_no_code(label: str) -> None:
    assert codes("sex").read(label) is None


def test_full_width_digits_are_a_code() -> None:
    assert codes("sex").read("２") == codes("sex").female


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert codes("sex").label(7) == "7"
    assert codes("sex").label(None) == ""


def test_two_codes_under_one_label_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = {"title": {"zh": "甲", "en": "a"}, "standard": "none"}
    rows = (
        vocabulary.Code(1, "one", vocabulary.Words("一", "one"), ("壹",)),
        vocabulary.Code(2, "two", vocabulary.Words("二", "two"), ("壹",)),
    )
    with pytest.raises(BadPolicyFile, match="壹"):
        vocabulary._code_list("numbers", node, rows)  # the one place where lists are made


@pytest.mark.parametrize("one", every_table(), ids=lambda one: one.name)
def test_columns_are_named_once_in_each_language(one: Table) -> None:
    for language in ("zh", "en"):
        titles = [column.title.text(language) for column in one.columns.values()]
        assert sorted(titles) == sorted(set(titles)), language


@pytest.mark.parametrize("one", every_table(), ids=lambda one: one.name)
def test_no_alias_stands_for_two_columns(one: Table) -> None:
    seen: dict[str, str] = {}
    for column in one.entered:
        for name in (column.title.zh, *column.aliases):
            assert seen.setdefault(name, column.name) == column.name, name


@pytest.mark.parametrize("one", every_table(), ids=lambda one: one.name)
def test_coded_columns_name_a_list_and_others_do_not(one: Table) -> None:
    for column in one.columns.values():
        assert (column.kind in ("code", "codes")) == (column.codes is not None), column.name
        if column.codes:
            assert column.codes in code_lists(), column.name


def test_people_cannot_be_named_from_a_snapshot() -> None:
    """Names, numbers, phones and free text stay behind (DESIGN §2, Snapshot)."""
    for one in every_table():
        for column in one.columns.values():
            if column.private in ("identifier", "identity", "contact") or column.kind in (
                "text",
                "name",
                "id_number",
                "phone",
            ):
                assert column.name not in one.snapshot_schema(), f"{one.name}.{column.name}"


def test_personal_data_has_a_class() -> None:
    for one in every_table():
        for column in one.entered:
            if column.kind in ("id_number", "name", "phone"):
                assert column.private in ("identity", "contact"), f"{one.name}.{column.name}"


def test_the_six_groups_of_the_basic_form_are_there() -> None:
    """S4-59: population, income, spending, savings or debts, causes, what exit relies on."""
    groups = {column.group for column in tables()["household"].entered if column.group}
    assert groups == {"population", "income", "spending", "balance", "causes", "exit_means"}


def test_the_ten_departments_have_their_list() -> None:
    """S2-29: civil affairs, disabled federation, human resources, enrolment, medical insurance, vehicles …"""
    ten = {"civil_affairs", "disability", "human_resources", "enrolment", "medical_insurance", "vehicles"}
    ten |= {"businesses", "housing", "deaths", "payroll"}
    assert ten <= set(vocabulary.lists())
    files = [one.file for one in vocabulary.lists().values()]
    assert len(files) == len(set(files))


def test_the_four_data_families_have_their_list() -> None:
    """S2-44: Rain and Dew, relocation, fiscal projects, resident help; each row names a person."""
    for name in ("rain_and_dew", "relocation", "projects", "helpers"):
        assert {"name", "id_number", "place"} < {one.name for one in vocabulary.lists()[name].entered}


@pytest.mark.parametrize(
    ("name", "standard"),
    [
        ("sex", "GB/T 2261.1"),
        ("marital", "GB/T 2261.2"),
        ("ethnicity", "GB/T 3304"),
        ("education", "GB/T 4658"),
    ],
)
def test_code_lists_follow_their_standard(name: str, standard: str) -> None:
    assert codes(name).standard.startswith(standard)


def test_gb_t_2261_1_sex() -> None:
    assert [(code.code, code.title.zh) for code in codes("sex")] == [
        (0, "未知的性别"),
        (1, "男"),
        (2, "女"),
        (9, "未说明的性别"),
    ]


def test_gb_t_3304_has_56_ethnic_groups() -> None:
    assert [code.code for code in codes("ethnicity")] == [*range(1, 57), 97, 98]
