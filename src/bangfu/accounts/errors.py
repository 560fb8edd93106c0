"""Refusals of the accounts floor."""

from __future__ import annotations

from bangfu.platform.errors import BadInput, Refused
from bangfu.policy.words import Words


class BadUsername(BadInput):
    """A name to sign in with that cannot be used. ``username``."""

    code = "accounts.bad_username"
    says = Words(
        "用户名“{username}”不能使用:须为2至64个字符,只能用汉字、字母、数字和 . _ - @ +。没有保存。"
        "请换一个用户名。",
        "The username “{username}” cannot be used: it has 2 to 64 characters, which are letters, digits or "
        ". _ - @ +. Nothing was saved. Choose another one.",
    )


class UsernameTaken(Refused):
    """Somebody has this username. ``username``."""

    code = "accounts.username_taken"
    says = Words(
        "用户名“{username}”已被使用。没有保存。请换一个用户名,或在用户列表中查找该用户。",
        "The username “{username}” is taken. Nothing was saved. Choose another one, or look for the user in "
        "the list.",
    )


class WeakPassword(BadInput):
    """A password that the rules do not let pass; the problems say why."""

    code = "accounts.weak_password"
    says = Words(
        "密码不符合安全要求,没有保存。请按下列说明换一个密码。",
        "The password is not safe enough; nothing was saved. Choose another one as the list below says.",
    )


class WrongPassword(Refused):
    """The password in use was not given rightly."""

    code = "accounts.wrong_password"
    says = Words(
        "原密码不正确,密码没有修改。请重新输入;如已忘记,请联系安全保密管理员重置。",
        "The present password is not right, so it was not changed. Enter it again; if it is forgotten, ask "
        "the security administrator to set a new one.",
    )


class GrantToOneself(Refused):
    """Somebody grants a post to themselves."""

    code = "accounts.grant_to_oneself"
    says = Words(
        "不能给自己授予岗位,没有保存。请由另一名安全保密管理员办理。",
        "Nobody may grant a post to themselves; nothing was saved. Ask another security administrator to do "
        "it.",
    )


class TwoAdministrators(Refused):
    """One person in two administrators' posts. ``name``, ``held``, ``wanted``, ``since``, ``until``."""

    code = "accounts.two_administrators"
    says = Words(
        "{name} 在 {since} 至 {until} 期间已是“{held}”,不能同时担任“{wanted}”:数据管理员、安全保密管理员、"
        "安全审计员不得由同一人兼任。没有保存。请换一个人,或先结束原岗位。",
        "{name} is “{held}” from {since} to {until} and cannot be “{wanted}” too: data, security and audit "
        "administrator are never one person. Nothing was saved. Choose somebody else, or end the earlier "
        "post first.",
    )


class PostHeld(Refused):
    """The person holds this post for part of the time. ``name``, ``role``, ``code``, ``since``, ``until``."""

    code = "accounts.post_held"
    says = Words(
        "{name} 在 {since} 至 {until} 期间已有该岗位(“{role}”,{code})。没有保存。请改正日期,或先结束原岗位。",
        "{name} holds this post (“{role}”, {code}) from {since} to {until} already. Nothing was saved. Mend "
        "the dates, or end the earlier post first.",
    )


class WrongPostLevel(Refused):
    """The role does not stand at divisions of this level. ``role``, ``code``, ``levels``."""

    code = "accounts.wrong_post_level"
    says = Words(
        "“{role}”岗位只能设在{levels},{code} 不是。没有保存。请换一个区划。",
        "The post “{role}” stands at these levels only: {levels}; {code} is not one of them. Nothing was "
        "saved. Choose another division.",
    )


class UserInactive(Refused):
    """A post for somebody who may not sign in. ``name``."""

    code = "accounts.user_inactive"
    says = Words(
        "用户 {name} 已停用,不能授予岗位。没有保存。请先恢复该用户。",
        "The user {name} is deactivated and cannot be given a post. Nothing was saved. Reactivate the user "
        "first.",
    )


class PostEnded(Refused):
    """The post had ended before. ``until``."""

    code = "accounts.post_ended"
    says = Words(
        "该岗位已于 {until} 结束,没有作任何改动。请刷新页面查看现有岗位。",
        "The post had ended on {until}; nothing was changed. Reload the page to see the posts that stand.",
    )


class FirstAdministratorExists(Refused):
    """The way in for an empty house, tried where somebody is inside already. ``username``."""

    code = "accounts.first_exists"
    says = Words(
        "已有安全保密管理员({username}),没有新建。请用该账号登录,在“用户与岗位”中办理。",
        "There is a security administrator already ({username}); none was made. Sign in with that account "
        "and use “Users and posts”.",
    )


class UnknownLanguage(BadInput):
    """A language that the screens do not speak. ``language``."""

    code = "accounts.unknown_language"
    says = Words(
        "没有“{language}”界面。没有保存。请选择简体中文(zh-hans)或英文(en)。",
        "The screens do not speak “{language}”. Nothing was saved. Choose zh-hans or en.",
    )
