"""``bangfu users first``: the first security administrator; everybody else is made on the screens."""

from __future__ import annotations

import click

from bangfu.accounts.actions.users import create_first_administrator
from bangfu.cli.output import say
from bangfu.divisions.codes import NATION
from bangfu.platform.audit.actor import Actor


@click.group("users")
def command() -> None:
    """用户。 Users."""


@command.command("first")
@click.option("--username", prompt="用户名 Username", help="登录名。 Sign-in name.")
@click.option("--name", prompt="姓名 Name", help="显示的姓名。 Shown name.")
@click.option(
    "--division",
    default=NATION,
    metavar="CODE",
    show_default=True,
    help="管辖的县级及以上代码。 County code or above.",
)
@click.password_option(
    prompt="密码 Password", confirmation_prompt="再输一遍 Again", help="至少10位。 At least 10 characters."
)
@click.pass_context
def first(ctx: click.Context, username: str, name: str, division: str, password: str) -> None:
    """建立第一个安全保密管理员。 Make the first security administrator."""
    user = create_first_administrator(
        by=Actor.system("cli"),
        username=username,
        display_name=name,
        password=password,
        division_code=division.ljust(12, "0"),
    )
    say(
        ctx,
        f"已建立安全保密管理员“{user.username}”,首次登录须改密码。请用它登录后建立其他用户。",
        f"Security administrator “{user.username}” was made and must change the password at first sign-in. "
        "Sign in to make the other users.",
        username=user.username,
    )
