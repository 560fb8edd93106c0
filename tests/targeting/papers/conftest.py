from __future__ import annotations

from tests.platform.files.papers.conftest import chinese_font
from tests.targeting.conftest import day

__all__ = ["chinese_font", "day"]
