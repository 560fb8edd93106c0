"""The invented county 青禾县 and its neighbour."""

from __future__ import annotations

from typing import Final

from bangfu.divisions.codes import Level, level_of, parent_of
from bangfu.divisions.initials import initials
from bangfu.divisions.models import Division

COUNTY: Final = "990101000000"
WILLOW_TOWN: Final = "990101001000"
HILL_TOWN: Final = "990101002000"
WILLOW: Final = "990101001201"
BRIDGE: Final = "990101001202"
EMPTY: Final = "990101001203"
SUMMIT: Final = "990101002201"
OTHER_COUNTY: Final = "990102000000"
OTHER_VILLAGE: Final = "990102001201"

TREE: Final = {
    "990000000000": "云岭省",
    "990100000000": "清溪市",
    COUNTY: "青禾县",
    WILLOW_TOWN: "柳林镇",
    WILLOW: "柳林村",
    BRIDGE: "石桥村",
    EMPTY: "新村",
    HILL_TOWN: "高山镇",
    SUMMIT: "云顶村",
    OTHER_COUNTY: "白水县",
    "990102001000": "白水镇",
    OTHER_VILLAGE: "河口村",
}


def plant_tree() -> None:
    """Every division of ``TREE``."""
    for code, name in TREE.items():
        level = level_of(code)
        assert level is not None
        Division.objects.create(
            code=code,
            name=name,
            level=Level(level).value,
            parent_code=parent_of(code),
            initials=initials(name, level),
            source="the cast",
        )
