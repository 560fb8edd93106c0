"""The one shape of every refusal: a code, and full sentences that say what, where, why and what to do now."""

from __future__ import annotations

from typing import ClassVar

from bangfu.policy.words import Words


class BangfuError(Exception):
    """Base of all refusals. Subclasses give ``code`` and ``says``; ``values`` fill the sentence.

    ``str(error)`` is Chinese; ``error.sentence("en")`` is English.
    """

    code: ClassVar[str] = "bangfu"
    says: ClassVar[Words] = Words("操作没有完成。", "The work was not done.")

    def __init__(self, **values: object) -> None:
        super().__init__(values)
        self.values = values

    def sentence(self, language: str = "zh") -> str:
        return self.says.text(language).format_map(self.values)

    def __str__(self) -> str:
        return self.sentence("zh")


class PolicyError(BangfuError):
    """Something in the policy folder cannot be used."""

    code = "policy"


class UnknownColumn(PolicyError):
    """A rule or fact reads a column that the vocabulary does not have."""

    code = "policy.unknown_column"
    says = Words(
        "规则“{rule}”({where})读取了词汇表中没有的列“{column}”。没有给出任何结果。"
        "请在 policy/vocabulary 中登记该列,或改正规则。",
        "Rule “{rule}” ({where}) reads the column “{column}”, which the vocabulary does not have. No result was "
        "given. Add the column to policy/vocabulary, or mend the rule.",
    )


class ImpureRule(PolicyError):
    """A rule reaches for the clock, chance or the outside world."""

    code = "policy.impure"
    says = Words(
        "规则“{rule}”({where})使用了“{name}”。规则只能由表和参数计算,不得取当前时间、随机数或读写文件。请改为参数。",
        "Rule “{rule}” ({where}) uses “{name}”. A rule may only compute from tables and parameters: no clock, no "
        "chance, no files. Make it a parameter.",
    )


class UnknownParameter(PolicyError):
    """A parameter key that no file defines."""

    code = "policy.unknown_parameter"
    says = Words(
        "没有名为“{key}”的参数。{near}请检查拼写,或在 policy/*/parameters 中添加。",
        "There is no parameter “{key}”. {near_en}Check the spelling, or add it under policy/*/parameters.",
    )


class UnknownParameterRead(PolicyError):
    """A rule reads a parameter that no file defines."""

    code = "policy.unknown_parameter_read"
    says = Words(
        "规则“{rule}”({where})读取了不存在的参数“{key}”。没有给出任何结果。"
        "请检查拼写,或在 policy/*/parameters 中添加。",
        "Rule “{rule}” ({where}) reads the parameter “{key}”, which no file defines. No result was given. Check the "
        "spelling, or add it under policy/*/parameters.",
    )


class UndatedParameter(PolicyError):
    """No value is in force on the day asked."""

    code = "policy.undated"
    says = Words(
        "参数“{key}”在 {day} 没有有效的值({where})。没有给出任何结果。请补充该日期的值和依据。",
        "The parameter “{key}” has no value in force on {day} ({where}). No result was given. Add the value of that "
        "day with its source.",
    )


class BadPolicyFile(PolicyError):
    """A YAML file of the policy folder does not fit its schema."""

    code = "policy.bad_file"
    says = Words(
        "政策文件 {where} 不符合格式:{reason}。请按 docs/where-things-go.md 改正。",
        "The policy file {where} does not fit its format: {reason}. Mend it as docs/where-things-go.md says.",
    )


class TwoInForce(PolicyError):
    """Two versions of one rule hold on the same day."""

    code = "policy.two_in_force"
    says = Words(
        "规则“{rule}”在 {day} 有两个版本同时有效({where})。请给旧版本加上截止日期。",
        "Two versions of rule “{rule}” are in force on {day} ({where}). Give the older one an end date.",
    )


class UnguardedDivision(PolicyError):
    """A rule divides by what can be zero."""

    code = "policy.unguarded_division"
    says = Words(
        "规则“{rule}”({where})以“{divisor}”为除数而没有防止除数为零。没有给出任何结果。"
        "请写成 ….nullif(0),为零时即为无法判断。",
        "Rule “{rule}” ({where}) divides by “{divisor}” without guarding against zero. No result was given. Write "
        "….nullif(0), so that zero means cannot tell.",
    )


class BadChange(PolicyError):
    """A what-if that cannot be understood."""

    code = "policy.bad_change"
    says = Words(
        "看不懂假设“{text}”:{reason}。例如 who.income.poverty_line=3000@2015-01-01:610926。",
        "The what-if “{text}” cannot be understood: {reason_en}. For example "
        "who.income.poverty_line=3000@2015-01-01:610926.",
    )


class BadCheck(PolicyError):
    """A check of a value that cannot be noted."""

    code = "policy.bad_check"
    says = Words(
        "参数“{key}”({where})的复核没有登记:{reason}。文件没有改动。请改正后再登记。",
        "The check of the parameter “{key}” ({where}) was not noted: {reason_en}. The file was not changed. Correct it "
        "and note it again.",
    )


class SameNumberTwice(PolicyError):
    """Two documents of the register carry one number (S0-01)."""

    code = "policy.same_number"
    says = Words(
        "文号“{number}”在 {where} 和 {other} 出现两次。一个文号只能登记一份文件。请改正文号,或删去重复的一份。",
        "The number “{number}” stands at {where} and at {other}. A number belongs to one document. Correct it, or "
        "remove the second entry.",
    )


class LoweredRight(PolicyError):
    """An area gives less than the wider area does (S2-02, S2-32)."""

    code = "policy.lowered_right"
    says = Words(
        "参数“{key}”在 {where} 给地区 {area} 定为 {value},自 {day} 起低于上级的 {standard}({reference})。"
        "下级不得降低上级给予的待遇,没有读入任何参数。请提高该值,或写明终止。",
        "The parameter “{key}” is set to {value} for the area {area} at {where}, from {day} on less than the "
        "{standard} of the wider area ({reference}). A lower level may not take from what a higher one gives; nothing "
        "was read. Raise the value, or end it.",
    )


class StandardNotTheirs(PolicyError):
    """A level sets a value that only a higher level may set (S2-02, S2-87)."""

    code = "policy.standard_level"
    says = Words(
        "参数“{key}”在 {where} 由地区 {area} 自行规定,而此标准只能由 {level} 及以上规定。"
        "没有读入任何参数。请删去该地区的值。",
        "The parameter “{key}” is set by the area {area} at {where}; only the level “{level}” and those above may set "
        "it. Nothing was read. Remove the area's value.",
    )


class Unsourced(PolicyError):
    """A value cites no document of the register and does not say that it is configuration (S0-02)."""

    code = "policy.unsourced"
    says = Words(
        "参数“{key}”({where})的依据“{reference}”找不到登记的文件或条款,也没有标明为配置。"
        "请登记该文件,或写 source: configuration。",
        "The reference “{reference}” of the parameter “{key}” ({where}) leads to no document or clause of the "
        "register, and does not say that it is configuration. Register the document, or write source: configuration.",
    )


class UnknownProcedure(PolicyError):
    """A procedure, or a version of it, that no file defines."""

    code = "policy.unknown_procedure"
    says = Words(
        "没有名为“{procedure}”的程序。请检查拼写,或在 policy/procedures 中添加;已被办件采用的版本不得删除。",
        "There is no procedure “{procedure}”. Check the spelling, or add it under policy/procedures; a version that "
        "cases have begun with must stay.",
    )


class NoProcedure(PolicyError):
    """No version of a procedure holds on the day at the place."""

    code = "policy.no_procedure"
    says = Words(
        "程序“{procedure}”在 {day}、区划 {area} 没有有效的版本。请在 policy/procedures 中补充该时段的版本。",
        "No version of the procedure “{procedure}” is in force on {day} in the division {area}. Add one under "
        "policy/procedures.",
    )
