"""Papers of one household: application, nomination, approval form, exit confirmation (S4-61, S4-76)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bangfu.platform.files.papers.blocks import (
    Block,
    Column,
    Ending,
    Field,
    Fields,
    Opinion,
    Paper,
    Signatures,
    Table,
    Text,
)
from bangfu.targeting.papers.parts import Family, committee, head_of, members_of, named, written


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationForm:
    """What a householder applies for, in own words; empty: space to write."""

    family: Family
    statement: str = ""
    applied_on: date | None = None


def application(form: ApplicationForm) -> Paper:
    """贫困户申请书, signed by the householder (S4-61)."""
    family = form.family
    wish = form.statement or (
        f"我户家住{family.village}{family.group},家庭人口{len(family.members)}人。因家庭困难,特申请识别为贫困户。"
        "以上及所附情况属实,如有不实,愿承担相应责任。"
        "我户同意村、镇、县入户调查核实,并同意在村内公示户主姓名、村民小组和家庭人口。"
    )
    return Paper(
        name=named(family, "申请书"),
        title="贫困户申请书",
        number=f"户编号:{family.household_no}",
        unit=family.place,
        one_page=True,
        blocks=(
            head_of(family),
            members_of(family),
            Text(f"{committee(family.village)}:", indent=False),
            Text(wish),
            Signatures(("申请人(户主签字或按手印)", "日期")),
            Opinion("受理情况", signers=("受理人(签字)",), seal="(村委会盖章)", height=32),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NominationForm:
    """What a villagers' group decided at its meeting, household by household."""

    village: str
    place: str
    group: str
    held_on: date | None = None
    families: Sequence[tuple[Family, str]] = ()


def nomination(form: NominationForm) -> Paper:
    """村民小组提名表: one for each group (S4-61)."""
    columns = (
        Column("序号", 0.6),
        Column("户编号", 2.2),
        Column("户主姓名", 1.4),
        Column("家庭人口", 1.1),
        Column("提名理由", 3.2, "left"),
    )
    rows = [
        (at, one.household_no, one.householder, len(one.members), reason)
        for at, (one, reason) in enumerate(form.families, start=1)
    ]
    return Paper(
        name=f"{form.village}_{form.group}_提名表",
        title="村民小组提名表",
        unit=form.place,
        one_page=True,
        blocks=(
            Fields(
                (
                    (
                        Field("村民小组", f"{form.village}{form.group}"),
                        Field("会议日期", written(form.held_on)),
                    ),
                )
            ),
            Table(columns, rows, blank=0 if rows else 12),
            Text(f"本组会议共提名{len(rows)}户。" if rows else "本组会议共提名　　　户。"),
            Signatures(("村民小组长", "记录人", "群众代表", "群众代表")),
            Ending(f"{form.village}{form.group}", written(form.held_on)),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one level decided in the case; empty: still to be decided and signed."""

    office: str
    text: str = ""
    by: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalForm:
    """The way of a household through its procedure: a box for every level, in order."""

    family: Family
    procedure: str
    opened_on: date
    decisions: Sequence[Decision]
    ballot: str = ""
    notices: Sequence[str] = ()


def approval(form: ApprovalForm) -> Paper:
    """审批表: every level decides, signs and seals in its own box (S4-61)."""
    ballot = Field("民主评议", form.ballot or "到会　　人,同意　　票,反对　　票,弃权　　票", 2)
    notices = Field("公示情况", "\n".join(form.notices), 2)
    blocks: list[Block] = [
        head_of(form.family),
        Fields(
            (
                (Field("办理程序", form.procedure), Field("申请日期", written(form.opened_on))),
                (ballot,),
                (notices,),
            )
        ),
        *(_opinion(one, len(form.decisions)) for one in form.decisions),
    ]
    return Paper(
        name=named(form.family, "审批表"),
        title=f"{form.procedure}审批表",
        number=f"户编号:{form.family.household_no}",
        unit=form.family.place,
        one_page=True,
        blocks=blocks,
    )


def _opinion(one: Decision, count: int) -> Opinion:
    text = one.text if not one.by else f"{one.text}(经办:{one.by})"
    return Opinion(one.office, text, day=written(one.day), height=30 if count > 4 else 36)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitForm:
    """What was found at home when a household is to leave: income in fen, guarantees with what they rest on."""

    family: Family
    income_year: int
    income_total: int | None
    income_per_head: int | None
    line: int | None
    guarantees: Sequence[tuple[str, str, str]]
    helper: str = ""
    visited_on: date | None = None


def exit_confirmation(form: ExitForm) -> Paper:
    """脱贫确认书: the household, its helper and every level sign (S4-76, S0-46)."""
    columns = (Column("保障项目", 1.6), Column("是否达标", 0.9), Column("依据", 3.5, "left"))
    return Paper(
        name=named(form.family, "脱贫确认书"),
        title="贫困户脱贫确认书",
        number=f"户编号:{form.family.household_no}",
        unit=form.family.place,
        one_page=True,
        blocks=(
            head_of(form.family),
            Fields(
                (
                    (
                        Field(f"{form.income_year}年\n家庭纯收入", yuan(form.income_total)),
                        Field("人均纯收入", yuan(form.income_per_head)),
                    ),
                    (
                        Field("脱贫标准", yuan(form.line)),
                        Field("核实日期", written(form.visited_on)),
                    ),
                )
            ),
            Table(columns, form.guarantees),
            Text("经入户逐项核实,我户收入和保障情况如上,我户认可,同意退出。退出后按规定继续享受相应政策。"),
            Signatures(
                ("户主(签字或按手印)", f"帮扶责任人{_in_brackets(form.helper)}", "驻村工作队", "日期")
            ),
            Opinion("村委会意见", height=28),
            Opinion("乡镇意见", height=28),
            Opinion("县级审定", height=28),
        ),
    )


def _in_brackets(name: str) -> str:
    return f"({name})" if name else ""


def yuan(fen: int | None) -> str:
    """1 234.56元, exactly; a blank where the amount is not known."""
    if fen is None:
        return "　　　　元"
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}元"
