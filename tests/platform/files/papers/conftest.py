from __future__ import annotations

import pytest

from bangfu.platform.files.papers import fonts
from bangfu.platform.files.papers.errors import NoChineseFont


@pytest.fixture(autouse=True, scope="package")
def chinese_font() -> None:
    try:
        fonts.chosen(fonts.known(fonts.folder()).families())
    except NoChineseFont as missing:
        pytest.skip(missing.sentence("en"))
