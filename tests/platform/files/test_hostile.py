"""Every hostile file ends in its own sentence, and this process stays small and alive."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pickle
import resource
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from bangfu.platform.errors import as_json, exit_code
from bangfu.platform.files import workbooks
from bangfu.platform.files.errors import (
    DamagedFile,
    EmptyWorkbook,
    FileRefused,
    HasMacros,
    NotAWorkbook,
    PasswordProtected,
    SheetTooBig,
    TooLarge,
    TooMuchMemory,
    TooSlow,
    ZipBomb,
)
from bangfu.platform.files.limits import ReadLimits
from bangfu.platform.files.workbooks import STANDARD, read
from tests.platform.files import hostile

MEGABYTE = hostile.MEGABYTE
SMALL = dataclasses.replace(STANDARD, memory=512 * MEGABYTE, seconds=30)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return hostile.workbook(tmp_path / "good.xlsx", [["a", 1], ["b", 2]])


def refuses(path: Path, kind: type[FileRefused], name: str = "", limits: ReadLimits = SMALL) -> None:
    with pytest.raises(FileRefused) as caught:
        read(path, name=name or path.name, limits=limits)
    assert type(caught.value) is kind
    assert (name or path.name) in as_json(caught.value, "zh")["sentence"]
    assert (name or path.name) in as_json(caught.value, "en")["sentence"]
    assert exit_code(caught.value) == 3


def test_a_zip_bomb(tmp_path: Path, good: Path) -> None:
    bomb = hostile.zip_bomb(tmp_path / "bomb.xlsx", good)
    assert bomb.stat().st_size < MEGABYTE
    refuses(bomb, ZipBomb)


def test_too_many_entries_and_too_much_unpacked(tmp_path: Path, good: Path) -> None:
    refuses(good, ZipBomb, limits=dataclasses.replace(SMALL, entries=3))
    refuses(good, ZipBomb, limits=dataclasses.replace(SMALL, unpacked=1_000))


def test_a_zip_bomb_that_lies_about_its_size(tmp_path: Path, good: Path) -> None:
    """The directory says 1 000 bytes, so the outside looks calm; the child takes the blow."""
    bomb = hostile.lying_zip_bomb(tmp_path / "liar.xlsx", good, 100)
    with zipfile.ZipFile(bomb) as archive:
        assert sum(entry.file_size for entry in archive.infolist()) < MEGABYTE
    with pytest.raises(FileRefused):
        read(bomb, name="liar.xlsx", limits=dataclasses.replace(SMALL, memory=200 * MEGABYTE))


def test_a_shared_string_bomb_kills_only_the_child(tmp_path: Path, good: Path) -> None:
    bomb = hostile.shared_string_bomb(tmp_path / "strings.xlsx", good, 60_000)
    assert bomb.stat().st_size < MEGABYTE
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refuses(bomb, TooMuchMemory)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


@pytest.mark.parametrize("reference", ["XFD1048576", "A1048576", "XFD1"])
def test_a_cell_far_away(tmp_path: Path, good: Path, reference: str) -> None:
    path = hostile.far_cell(tmp_path / "far.xlsx", good, reference)
    refuses(path, TooMuchMemory if reference == "XFD1048576" else SheetTooBig)


@pytest.mark.parametrize(("rows", "columns"), [(1_000_000, 16_000), (9_000, 10_000)])
def test_repeated_cells_of_an_ods(tmp_path: Path, rows: int, columns: int) -> None:
    cell = (
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{columns}">'
        "<text:p>x</text:p></table:table-cell>"
    )
    row = f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>'
    refuses(hostile.ods(tmp_path / "repeat.ods", row), TooMuchMemory)


def test_too_many_cells_in_all(good: Path) -> None:
    refuses(good, TooMuchMemory, limits=dataclasses.replace(SMALL, cells=3))


def test_rows_and_columns_beyond_the_limit(tmp_path: Path, good: Path) -> None:
    refuses(good, SheetTooBig, limits=dataclasses.replace(SMALL, rows=1))
    refuses(good, SheetTooBig, limits=dataclasses.replace(SMALL, columns=1))
    text = tmp_path / "a.csv"
    text.write_text("a,b\nc,d\n")
    refuses(text, SheetTooBig, limits=dataclasses.replace(SMALL, rows=1))
    refuses(text, SheetTooBig, limits=dataclasses.replace(SMALL, columns=1))


def test_too_large(good: Path) -> None:
    refuses(good, TooLarge, limits=dataclasses.replace(SMALL, size=100))


def test_too_slow(good: Path) -> None:
    refuses(good, TooSlow, limits=dataclasses.replace(SMALL, seconds=0.01))


@pytest.mark.parametrize("entry", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml", "XL/VBAPROJECT.BIN"])
def test_macros_inside(tmp_path: Path, good: Path, entry: str) -> None:
    refuses(hostile.with_entry(tmp_path / "macro.xlsx", good, entry, b"x"), HasMacros)


def test_macros_by_name(good: Path) -> None:
    refuses(good, HasMacros, name="good.xlsm")


def test_macros_in_an_old_workbook(tmp_path: Path) -> None:
    refuses(hostile.compound(tmp_path / "macro.xls", ["Workbook", "_VBA_PROJECT_CUR"]), HasMacros)


@pytest.mark.parametrize("name", ["secret.xlsx", "secret.xls"])
def test_an_encrypted_package(tmp_path: Path, name: str) -> None:
    refuses(hostile.compound(tmp_path / name, ["EncryptedPackage", "EncryptionInfo"]), PasswordProtected)


def test_an_encrypted_zip_entry(tmp_path: Path, good: Path) -> None:
    content = bytearray(good.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(mark) + offset] |= 1
    path = tmp_path / "locked.xlsx"
    path.write_bytes(content)
    refuses(path, PasswordProtected)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
def test_an_old_workbook_with_a_real_password(tmp_path: Path, good: Path) -> None:
    refuses(protected(tmp_path, good, "xls", "MS Excel 97"), PasswordProtected)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
def test_an_open_document_with_a_real_password(tmp_path: Path, good: Path) -> None:
    refuses(protected(tmp_path, good, "ods", "calc8"), PasswordProtected)


def protected(folder: Path, source: Path, kind: str, filter_name: str) -> Path:
    """``source`` saved by LibreOffice with a password to open it."""
    target = folder / f"protected.{kind}"
    macro = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
 script:language="StarBasic">
Sub Protect
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  Dim document As Object
  document = StarDesktop.loadComponentFromURL("{source.as_uri()}", "_blank", 0, hidden())
  Dim saving(1) As New com.sun.star.beans.PropertyValue
  saving(0).Name = "FilterName" : saving(0).Value = "{filter_name}"
  saving(1).Name = "Password" : saving(1).Value = "secret"
  document.storeToURL("{target.as_uri()}", saving())
  document.close(True)
End Sub
</script:module>"""
    profile = folder / "profile"
    office = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    environment = {"HOME": str(folder), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    subprocess.run(
        [*office, "--terminate_after_init"], env=environment, check=False, capture_output=True, timeout=120
    )
    library = profile / "user/basic/Standard"
    library.mkdir(parents=True, exist_ok=True)
    (library / "Module1.xba").write_text(macro)
    (library / "script.xlb").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">\n'
        '<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" '
        'library:readonly="false" library:passwordprotected="false">\n'
        ' <library:element library:name="Module1"/>\n</library:library>'
    )
    subprocess.run(
        [*office, "macro:///Standard.Module1.Protect"],
        env=environment,
        check=False,
        capture_output=True,
        timeout=120,
    )
    assert target.exists(), "LibreOffice wrote no protected file"
    return target


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.xlsx", b"", EmptyWorkbook),
        ("a.csv", b"", EmptyWorkbook),
        ("a.csv", b"\n\n,,\n", EmptyWorkbook),
        ("a.xlsx", b"just text", NotAWorkbook),
        ("a.xls", b"<html><table></table></html>", NotAWorkbook),
        ("a.pdf", b"%PDF-1.7", NotAWorkbook),
        ("a.csv", b"%PDF-1.7\n\x00\xff\xfe\x80\x81", NotAWorkbook),
        ("a.csv", b"\xff\xff\xff\xff", NotAWorkbook),
        ("a.csv", b"a\x07b,c", NotAWorkbook),
        ("noname", b"a,b", NotAWorkbook),
        ("a.xlsx", b"PK\x03\x04", DamagedFile),
        ("a.xls", bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600, DamagedFile),
        ("a.csv", b'"' + b"x" * 1_500_000, DamagedFile),
    ],
)
def test_what_is_no_workbook(tmp_path: Path, name: str, content: bytes, kind: type[FileRefused]) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    refuses(path, kind, name=name)


def test_other_zip_files(tmp_path: Path) -> None:
    path = tmp_path / "letter.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    refuses(path, NotAWorkbook)


def test_a_workbook_without_a_filled_cell(tmp_path: Path) -> None:
    refuses(hostile.workbook(tmp_path / "empty.xlsx", []), EmptyWorkbook)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
@pytest.mark.parametrize("content", [b"", b"<x", b"\xff\xfe", b"<?xml version='1.0'?><!DOCTYPE a ["])
def test_damaged_parts_never_escape(tmp_path: Path, good: Path, part: str, content: bytes) -> None:
    path = hostile.with_entry(tmp_path / "broken.xlsx", good, part, content)
    with contextlib.suppress(DamagedFile, EmptyWorkbook):
        read(path, name="broken.xlsx", limits=SMALL)


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_cut_files(tmp_path: Path, good: Path, keep: float) -> None:
    path = tmp_path / "cut.xlsx"
    content = good.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    refuses(path, DamagedFile)


def test_external_entities_are_not_read(tmp_path: Path, good: Path) -> None:
    (tmp_path / "secret.txt").write_text("top secret")
    strings = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&e;</t></si><si><t>b</t></si></sst>'
    ).encode()
    path = hostile.with_entry(tmp_path / "xxe.xlsx", good, "xl/sharedStrings.xml", strings)
    try:
        found = read(path, name="xxe.xlsx", limits=SMALL)
    except DamagedFile:
        return
    assert "top secret" not in repr(found)


def test_the_child_gets_no_secrets(tmp_path: Path, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever takes the parser over finds neither keys nor passwords in its environment."""
    monkeypatch.setenv("BANGFU_SECRET_KEY", "must not be passed on")
    seen: list[dict[str, str]] = []
    run = subprocess.run

    def watched(*args: object, **options: object) -> object:
        seen.append(options["env"])  # type: ignore[arg-type]
        return run(*args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(workbooks.subprocess, "run", watched)
    read(good, name="good.xlsx")
    assert set(seen[0]) == {"PYTHONPATH", "LC_ALL"}


def test_an_answer_that_wants_to_run_something_is_not_unpickled(tmp_path: Path) -> None:
    path = tmp_path / "answer"
    path.write_bytes(pickle.dumps(os.getcwd))
    with path.open("rb") as file, pytest.raises(pickle.UnpicklingError, match="no plain value"):
        list(workbooks._messages(file))
