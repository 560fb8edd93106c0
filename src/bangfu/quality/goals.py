"""Which villages have a goal, and which have none (S4-16); the picture of villages for a list."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from bangfu.divisions.codes import Level, scope_prefix
from bangfu.divisions.models import Division, DivisionAttribute
from bangfu.platform.database.prefix import prefix_range
from bangfu.policy import checklists
from bangfu.quality.archives import village_paper_counts
from bangfu.quality.record_models import VillageGoal


@dataclass(frozen=True)
class VillageState:
    """A village on a day: whether it is labelled poor, its goals, the papers of its archive."""

    code: str
    name: str
    poor: bool
    goals: tuple[VillageGoal, ...]
    late: int
    papers: int
    papers_needed: int

    @property
    def lacks_goal(self) -> bool:
        """A poor village must have at least one goal."""
        return self.poor and not self.goals

    @property
    def lacks_papers(self) -> bool:
        return self.papers < self.papers_needed


def villages(division: str, day: date) -> list[VillageState]:
    """Every living village of the division, by code. Four queries."""
    within = prefix_range("village_code", scope_prefix(division))
    goals: dict[str, list[VillageGoal]] = defaultdict(list)
    for goal in VillageGoal.objects.filter(within, set_on__lte=day):
        goals[goal.village_code].append(goal)
    labels = DivisionAttribute.objects.under(division).standing_on(day)
    poor = set(
        labels.filter(kind=DivisionAttribute.Kind.POOR_VILLAGE).values_list("division_code", flat=True)
    )
    papers, needed = village_paper_counts(division, day), len(checklists.village_papers())
    living = Division.objects.under(division).at_level(Level.VILLAGE).living_on(day).order_by("code")
    return [
        VillageState(
            code,
            name,
            code in poor,
            tuple(goals[code]),
            sum(1 for one in goals[code] if _late(one, day)),
            papers.get(code, 0),
            needed,
        )
        for code, name in living.values_list("code", "name")
    ]


def _late(goal: VillageGoal, day: date) -> bool:
    reached = goal.reached_on is not None and goal.reached_on <= day
    return not reached and goal.due < day
