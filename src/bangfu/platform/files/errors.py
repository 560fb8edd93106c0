"""Why a file is not taken. Every sentence says what is wrong and what to do now; ``{name}`` is the file's own
name."""

from __future__ import annotations

from bangfu.platform.errors import BadInput
from bangfu.policy.words import Words


class FileRefused(BadInput):
    """Base of all refusals of a file."""

    code = "files.refused"


class NotAWorkbook(FileRefused):
    """The content is none of the kinds that are read."""

    code = "files.not_a_workbook"
    says = Words(
        "“{name}”不是可以读取的表格文件，没有导入。请用 Excel 或 WPS 打开后另存为 .xlsx，再重新上传。",
        "“{name}” is no table that can be read; nothing was taken. Open it in Excel or WPS, save it as .xlsx "
        "and send it again.",
    )


class TooLarge(FileRefused):
    """The file is larger than the limit."""

    code = "files.too_large"
    says = Words(
        "“{name}”超过了 {limit} MB 的上限，没有接收。请删除多余的工作表或图片，或拆分成几个文件分别上传。",
        "“{name}” is larger than {limit} MB; it was not taken. Remove sheets or pictures that are not "
        "needed, or split it into several files.",
    )


class ZipBomb(FileRefused):
    """The file unpacks to far more than any table does."""

    code = "files.zip_bomb"
    says = Words(
        "“{name}”解压后异常庞大，可能有害，没有打开。请把需要的行复制到新建的表格中，保存后重新上传。",
        "“{name}” unpacks to an abnormal size and may be harmful; it was not opened. Copy the rows you need "
        "into a new workbook, save it and send that one.",
    )


class PasswordProtected(FileRefused):
    """The file is encrypted."""

    code = "files.password"
    says = Words(
        "“{name}”设有打开密码，无法读取。请在 Excel 或 WPS 中取消密码后重新上传。",
        "“{name}” is protected by a password and cannot be read. Take the password off in Excel or WPS and "
        "send it again.",
    )


class HasMacros(FileRefused):
    """The file carries macros."""

    code = "files.macros"
    says = Words(
        "“{name}”含有宏，为安全起见没有打开。请另存为不含宏的 .xlsx 后重新上传。",
        "“{name}” holds macros and was not opened, for safety. Save it as .xlsx without macros and send it "
        "again.",
    )


class DamagedFile(FileRefused):
    """The file looks like a workbook and cannot be read to its end."""

    code = "files.damaged"
    says = Words(
        "“{name}”已损坏，无法读完，没有导入。请用 Excel 或 WPS 打开检查，另存为 .xlsx 后重新上传。",
        "“{name}” is damaged and cannot be read to its end; nothing was taken. Open it in Excel or WPS, save "
        "it as .xlsx and send it again.",
    )


class EmptyWorkbook(FileRefused):
    """No sheet has a filled cell."""

    code = "files.empty"
    says = Words(
        "“{name}”中没有任何内容。请确认选对了文件，填写后重新上传。",
        "There is nothing in “{name}”. Check that it is the right file, fill it in and send it again.",
    )


class SheetTooBig(FileRefused):
    """A sheet has more rows or columns than any register has."""

    code = "files.sheet_too_big"
    says = Words(
        "“{name}”的工作表“{sheet}”超过了 {rows} 行或 {columns} 列的上限，没有导入。"
        "请删除数据区以外的内容，或拆分成几个文件分别上传。",
        "The sheet “{sheet}” of “{name}” has more than {rows} rows or {columns} columns; nothing was taken. "
        "Clear what lies outside the table, or split it into several files.",
    )


class TooMuchMemory(FileRefused):
    """Reading it would need more memory than a workbook may take."""

    code = "files.too_much_memory"
    says = Words(
        "读取“{name}”所需的内存超过上限，可能有害，已停止读取，没有导入。"
        "请把需要的行复制到新建的表格中，保存后重新上传。",
        "Reading “{name}” needs more memory than a workbook may take, and it may be harmful; reading was "
        "stopped and nothing taken. Copy the rows you need into a new workbook, save it and send that one.",
    )


class TooSlow(FileRefused):
    """Reading it took longer than a workbook may take."""

    code = "files.too_slow"
    says = Words(
        "读取“{name}”超过了 {seconds} 秒，已停止读取，没有导入。请拆分成几个文件分别上传。",
        "Reading “{name}” took more than {seconds} seconds; reading was stopped and nothing taken. Split it "
        "into several files and send those.",
    )


class SheetFull(BadInput):
    """A sheet that goes out cannot hold the rows."""

    code = "files.sheet_full"
    says = Words(
        "工作表“{sheet}”的内容超过 Excel 的上限（{rows} 行），没有生成文件。请缩小范围，或导出为 CSV。",
        "The sheet “{sheet}” has more than the {rows} rows that Excel can hold; no file was written. Narrow "
        "it down, or export it as CSV.",
    )
