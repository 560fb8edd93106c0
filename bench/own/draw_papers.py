"""Draws approval forms of invented households: ``draw_papers pdf|archive|docx COUNT FOLDER``."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path

import django

from bench.own.clocked import clocked, say

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
os.environ.setdefault("BANGFU_DEMO", "1")
DAY = date(2026, 3, 2)


def main(way: str, count: int, folder: Path) -> None:
    os.environ["BANGFU_VAR"] = str(folder)
    django.setup()
    from bangfu.platform.files.papers.packing import write_archive, write_one
    from bangfu.targeting.papers.households import ApprovalForm, Decision, approval
    from bangfu.targeting.papers.parts import Family, Member

    steps = ("村民小组提名", "民主评议", "村委会审查", "镇政府审核", "县级审批")
    papers = [
        approval(
            ApprovalForm(
                family=Family(
                    household_no=f"9901010012010{at:04d}",
                    householder=f"户主{at}",
                    place="青禾县柳林镇",
                    village="柳林村",
                    group=f"{at % 8 + 1}组",
                    members=[Member(name=f"成员{one}") for one in range(4)],
                ),
                procedure="贫困户识别",
                opened_on=DAY,
                decisions=[Decision(office=f"{one}\n意见", text="同意", by="村甲", day=DAY) for one in steps],
            )
        )
        for at in range(count)
    ]
    target = folder / f"drawn.{way}"
    with clocked() as took:
        if way == "archive":
            write_archive(target, papers, "pdf")
        else:
            write_one(target, papers, "docx" if way == "docx" else "pdf")
    say(seconds=took.seconds, cpu=took.cpu, bytes=target.stat().st_size)
    target.unlink()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
