"""Signing in, passwords, and the forms of the security administrator."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from bangfu.accounts.access import Scope
from bangfu.accounts.models import normal_username
from bangfu.accounts.roles import Capability, Role
from bangfu.platform import clock
from bangfu.web.forms.base import BangfuForm, day_field
from bangfu.web.forms.divisions import DivisionField

#: Letters and digits that are not mistaken for each other when written down.
_LEGIBLE = "abcdefghjkmnpqrstuvwxyz23456789"


class SignInForm(BangfuForm):
    """A name in its one form, and a password."""

    username = forms.CharField(max_length=64)
    password = forms.CharField(max_length=200, strip=False)

    def add_fields(self) -> None:
        self.fields["username"].label, self.fields["password"].label = _("用户名"), _("密码")
        self.fields["username"].widget.attrs |= {
            "autocomplete": "username",
            "autocapitalize": "none",
            "autofocus": True,
        }
        self.fields["password"].widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})

    def clean_username(self) -> str:
        return normal_username(str(self.cleaned_data["username"]))


class OwnPasswordForm(BangfuForm):
    """The password in use, and the new one twice."""

    present = forms.CharField(strip=False)
    password = forms.CharField(strip=False)
    again = forms.CharField(strip=False)

    def add_fields(self) -> None:
        for name, label, complete in (
            ("present", _("原密码"), "current-password"),
            ("password", _("新密码"), "new-password"),
            ("again", _("再输入一次新密码"), "new-password"),
        ):
            self.fields[name].label = label
            self.fields[name].widget = forms.PasswordInput(attrs={"autocomplete": complete})
        self.fields["password"].help_text = _("至少10个字符,字母、数字、符号混用,不含姓名和用户名。")

    def clean_again(self) -> str:
        again = str(self.cleaned_data["again"])
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError(_("两次输入的新密码不一致。请重新输入。"), code="differs")
        return again


class FirstPassword(BangfuForm):
    """A first password for somebody else, proposed by the machine."""

    password = forms.CharField(strip=False)

    def add_fields(self) -> None:
        super().add_fields()
        self.fields["password"].label = _("初始密码")
        self.fields["password"].initial = proposed_password
        self.fields["password"].help_text = _("请当面或以安全方式告知本人;首次登录时须自行修改。")
        self.fields["password"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}


class NewUserForm(FirstPassword):
    """An account; posts are granted on its page."""

    username = forms.CharField(max_length=64)
    display_name = forms.CharField(max_length=60)
    phone = forms.CharField(max_length=30, required=False)
    field_order = ("username", "display_name", "phone", "password")

    def add_fields(self) -> None:
        super().add_fields()
        self.fields["username"].label = _("用户名")
        self.fields["username"].help_text = _("2至64个字符:汉字、字母、数字和 . _ - @ +。登录时使用。")
        self.fields["username"].widget.attrs |= {"autocomplete": "off"}
        self.fields["display_name"].label, self.fields["phone"].label = _("姓名"), _("办公电话(可不填)")


class PostForm(BangfuForm):
    """A role at a division for a time."""

    since = day_field("", initial=clock.today)
    until = day_field("", required=False)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        self._scope = scope
        super().__init__(*args, **kwargs)

    def add_fields(self) -> None:
        self.fields["role"] = forms.ChoiceField(label=_("角色"), choices=Role.choices)
        self.fields["division_code"] = DivisionField(
            scope=self._scope, capability=Capability.MANAGE_USERS, label=_("区划")
        )
        self.fields["since"].label, self.fields["until"].label = _("开始日期"), _("结束日期(可不填)")


class EndPostForm(BangfuForm):
    """The first day without a post."""

    post = forms.IntegerField(widget=forms.HiddenInput())
    until = day_field("", initial=clock.today)

    def add_fields(self) -> None:
        self.fields["until"].label = _("结束日期")


def proposed_password() -> str:
    """Four groups of four legible signs: about 79 bits."""
    return "-".join("".join(secrets.choice(_LEGIBLE) for _ in range(4)) for _ in range(4))
