"""Every write of the accounts."""

from bangfu.accounts.actions.choices import choose_division, choose_language
from bangfu.accounts.actions.posts import end_post, grant_post
from bangfu.accounts.actions.sessions import note_failed_sign_in, note_sign_in, note_sign_out
from bangfu.accounts.actions.users import (
    change_own_password,
    create_first_administrator,
    create_user,
    deactivate_user,
    reactivate_user,
    set_password,
)

__all__ = [
    "change_own_password",
    "choose_division",
    "choose_language",
    "create_first_administrator",
    "create_user",
    "deactivate_user",
    "end_post",
    "grant_post",
    "note_failed_sign_in",
    "note_sign_in",
    "note_sign_out",
    "reactivate_user",
    "set_password",
]
