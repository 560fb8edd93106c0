"""Whether a password may be taken, and why not, in both languages."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from bangfu.accounts.errors import WeakPassword
from bangfu.accounts.models import User
from bangfu.platform.errors import Problem
from bangfu.policy.words import Words

_WHERE: Final = Words("新密码", "new password")
_NOW: Final = Words(
    "请换一个更长、不含姓名和用户名的密码,字母、数字、符号混用。",
    "Choose a longer one of letters, digits and signs, without your name or username.",
)
#: Codes of Django's validators → what they mean.
_REASONS: Final = {
    "password_too_short": Words(
        "密码太短,至少要有 {min_length} 个字符。",
        "It is too short: it needs at least {min_length} characters.",
    ),
    "password_too_similar": Words("密码与用户名或姓名太相似。", "It is too much like the username or name."),
    "password_too_common": Words(
        "这个密码太常见,容易被猜中。", "It is a common password and easily guessed."
    ),
    "password_entirely_numeric": Words("密码不能全是数字。", "It consists of digits only."),
}


def hashed(password: str, user: User) -> str:
    """What is stored of ``password``. It takes a good part of a second: call it outside of transactions.

    Raises:
        WeakPassword: with a problem for each rule of ``AUTH_PASSWORD_VALIDATORS`` that it breaks.
    """
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword([Problem(_WHERE, _reason(one), _NOW) for one in error.error_list]) from None
    return make_password(password)


def _reason(error: ValidationError) -> Words:
    """The reason in both languages; for a validator that is not Django's own, its message."""
    known = _REASONS.get(error.code or "")
    if known is None:
        return Words(error.messages[0], error.messages[0])
    return known.filled(error.params or {})
