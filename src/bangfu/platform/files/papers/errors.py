"""Why a paper is not drawn."""

from __future__ import annotations

from bangfu.platform.errors import BadInput, WorkError
from bangfu.policy.words import Words


class NoChineseFont(WorkError):
    """No font with Chinese characters is on this machine: every form would be empty boxes."""

    code = "papers.no_chinese_font"
    says = Words(
        "没有生成文件:本机没有中文字体。请安装(Debian、Ubuntu、麒麟:apt install fonts-noto-cjk;openEuler:"
        "dnf install google-noto-serif-cjk-fonts),或把字体文件放入 {folder},然后重新生成。",
        "Nothing was drawn: this machine has no Chinese font. Install one (Debian, Ubuntu: apt install fonts-noto-cjk; "
        "openEuler: dnf install google-noto-serif-cjk-fonts) or put font files into {folder}, then try again.",
    )


class NothingToPrint(BadInput):
    """No paper was asked for."""

    code = "papers.nothing"
    says = Words(
        "没有可打印的内容。请至少选择一件。",
        "There is nothing to print. Choose at least one.",
    )
