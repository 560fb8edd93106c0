"""``bangfu demo``: database, divisions, a synthetic county with lists, users, a first run. Again: nothing is done.

Ten lists and the province are taken in before the page answers; the others follow while it does (``--rest``).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from bangfu.accounts.access import Scope
from bangfu.accounts.actions.posts import grant_post
from bangfu.accounts.actions.users import create_first_administrator, create_user
from bangfu.accounts.roles import Role
from bangfu.cli import demo_county as county
from bangfu.cli import demo_story
from bangfu.cli.commands.importing import take_file
from bangfu.cli.local import BY, LOCAL, run_here
from bangfu.cli.output import expect_very_many_rows, say
from bangfu.divisions import source
from bangfu.divisions.actions.changes import Change, load_changes
from bangfu.divisions.actions.labels import set_attribute
from bangfu.divisions.actions.loading import load_tree
from bangfu.divisions.codes import NATION, Level
from bangfu.divisions.models import Division, DivisionAttribute
from bangfu.platform import clock
from bangfu.platform.errors import WrongUsage
from bangfu.platform.files import workbooks
from bangfu.policy import vocabulary
from bangfu.quality.actions.requests import request_run
from bangfu.quality.imports.lists import RECODING, is_recoding
from bangfu.quality.models import Run
from bangfu.registry.actions.batches import DONE
from bangfu.registry.actions.figures import state_figure
from bangfu.registry.imports.reading import plan, read
from bangfu.registry.models import ImportBatch

AREA = f"{county.COUNTY}000000"


@click.command("demo")
@click.option("--households", default=county.HOUSEHOLDS, show_default=True, help="户数。 Households.")
@click.option("--persons", default=county.PERSONS, show_default=True, help="人数。 People.")
@click.option(
    "--rest",
    is_flag=True,
    help="其余部分:其他部门名单和其他省份的区划,由 serve 在后台执行。 What follows in the background: the other lists "
    "and provinces.",
)
@click.pass_context
def command(ctx: click.Context, *, households: int, persons: int, rest: bool) -> None:
    """准备演示县(须设 BANGFU_DEMO=1)。 Prepare the demo county (needs BANGFU_DEMO=1)."""
    if not settings.BANGFU_DEMO:
        raise WrongUsage()
    if rest:
        _follow(ctx)
        return
    expect_very_many_rows()
    new = not connection.introspection.table_names()
    writing = _Writing(households, persons) if new else None
    call_command("migrate", verbosity=0)
    if Run.objects.filter(division_code=AREA).exists():
        _tell_story()
        say(ctx, "演示县已经准备好。", "The demo county stands already.", ready=True)
        return
    writing = writing or _Writing(households, persons)
    with _timed("装入行政区划 divisions"):
        load_tree(by=BY, prefix=county.COUNTY[:2])
    with _timed("建立演示账号 users"):
        _make_users()
    with _timed("虚构县写成工作簿 synthetic county"):
        recodings = writing.file("lists/区划变更.xlsx")
    _take_recodings(recodings)
    with _timed("导入部门名单 lists"):
        for name in county.LISTS:
            _take(writing.file(f"lists/{vocabulary.table(name).file}.xlsx"), name)
    with _timed("导入登记 registry"):
        _take(writing.file("registry.xlsx"))
    with _timed("登记文件所列基本数据 figures of the document"):
        _state_figures()
    with _timed("核查 checks"):
        job = run_here(request_run(area=AREA, day=county.DAY, **LOCAL).pk)
    writing.finish()
    _tell_story()
    say(ctx, f"演示县已准备好:{job.result}", f"The demo county stands: {job.result}", **(job.result or {}))


def _tell_story() -> None:
    """What the county has been doing lately; told once."""
    place = demo_story.Place(AREA, county.TOWNSHIP, county.VILLAGE)
    if not demo_story.stands(place):
        with _timed("开展识别、退出和监测 procedures"):
            demo_story.tell(place)


def _follow(ctx: click.Context) -> None:
    """The other lists, another check with them, the other provinces; what is there already is passed over."""
    if not Run.objects.filter(division_code=AREA).exists():
        return
    taken = set(ImportBatch.objects.filter(division_code=AREA, state=DONE).values_list("format", flat=True))
    files = {
        name: settings.BANGFU_VAR / "demo/lists" / f"{one.file}.xlsx"
        for name, one in vocabulary.lists().items()
    }
    new = [name for name, path in files.items() if name not in taken and path.exists()]
    for name in new:
        _take(files[name], name)
    if new:
        run_here(request_run(area=AREA, day=county.DAY, **LOCAL).pk)
    for province in source.rows():
        if province.level > Level.PROVINCE:
            break
        if not Division.objects.filter(code=province.code).exists():
            load_tree(by=BY, prefix=province.code[:2])
    if new:
        say(
            ctx,
            f"演示县的其余 {len(new)} 份名单和全国区划已在后台装入,并已再次核查。",
            f"The other {len(new)} lists and the divisions of the whole country are in; the county was checked again.",
            lists=new,
        )


def _take(file: Path, list_name: str | None = None) -> None:
    take_file(
        file,
        county=county.COUNTY,
        day=county.DAY,
        list_name=list_name,
        admit_doubtful=True,
        hold_households=False,
    )


class _Writing:
    """The synthetic county, written by a process of its own: each file is used as soon as it is there."""

    def __init__(self, households: int, persons: int) -> None:
        self._folder = settings.BANGFU_VAR / "demo"
        shutil.rmtree(self._folder, ignore_errors=True)
        call = [sys.executable, "-m", "bangfu.cli", "synth", "--county", county.COUNTY]
        call += ["--households", str(households), "--persons", str(persons)]
        call += ["--random-seed", str(county.SEED), "--out", str(self._folder)]
        self._process = subprocess.Popen(call, stdout=subprocess.DEVNULL)  # noqa: S603

    def file(self, name: str) -> Path:
        """Waits for the file; the command ends where the process ended badly."""
        path = self._folder / name
        while not path.exists():
            if self._process.poll() is not None:
                self.finish()
                break
            time.sleep(0.1)
        return path

    def finish(self) -> None:
        if self._process.wait():
            sys.exit(self._process.returncode)


def _make_users() -> None:
    """Everybody of the demo; nobody has to change the password that is printed."""
    first = create_first_administrator(
        by=BY,
        username="security",
        display_name=county.USERS["security"][2],
        password=county.PASSWORD,
        division_code=AREA,
        lasting=True,
    )
    scope = Scope.of([(Role.SECURITY_ADMIN, NATION)])
    for username, (role, division, shown) in county.USERS.items():
        if username == first.username:
            continue
        user = create_user(
            by=BY,
            scope=scope,
            username=username,
            display_name=shown,
            password=county.PASSWORD,
            lasting=True,
        )
        grant_post(by=BY, scope=scope, user=user, role=role, division_code=division, since=date(2015, 1, 1))
    for kind, document in (
        (DivisionAttribute.Kind.PROVINCIAL_POOR_COUNTY, "省政府 2001 年确定(S4-02)"),
        (DivisionAttribute.Kind.KEY_COUNTY, "秦巴连片特困地区重点县 2011 年(S4-02)"),
    ):
        since = date(2001 if kind == DivisionAttribute.Kind.PROVINCIAL_POOR_COUNTY else 2011, 1, 1)
        set_attribute(by=BY, division_code=AREA, kind=kind, since=since, document=document)


def _state_figures() -> None:
    for figure, value in county.FIGURES.items():
        state_figure(
            division_code=AREA,
            figure=figure,
            value=value * 100,
            as_of=county.FIGURES_DAY,
            source=county.FIGURES_SOURCE,
            **LOCAL,
        )


def _take_recodings(path: Path) -> None:
    sheets = workbooks.read(path, name=path.name).sheets
    if not is_recoding(sheets):
        return
    rows = read(sheets, plan(sheets, [vocabulary.table(RECODING)])).rows(RECODING).columns
    given = zip(rows["old_code"], rows["new_code"], rows["changed_on"], rows["old_name"], strict=True)
    load_changes(
        by=BY,
        rows=[
            Change(old, [new], clock.from_yyyymmdd(day), "演示:区划变更通知", {old: name})
            for old, new, day, name in given
        ],
    )


@contextmanager
def _timed(what: str) -> Iterator[None]:
    start = time.monotonic()
    yield
    click.echo(f"  {what}: {time.monotonic() - start:.1f} s", err=True)
