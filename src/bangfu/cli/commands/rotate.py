"""``bangfu rotate``: brings every sealed value under the current key."""

from __future__ import annotations

import sys
from functools import partial

import click

from bangfu.cli.local import BY
from bangfu.cli.output import say
from bangfu.monitoring.sealing import number_of
from bangfu.platform.crypto.actions import rotate
from bangfu.platform.crypto.rotation import EncryptedColumn
from bangfu.quality.exports import sealed_to as list_entry
from bangfu.registry.columns import SEALED, sealed_to
from bangfu.targeting.voices import contact_of


@click.command("rotate")
@click.pass_context
def command(ctx: click.Context) -> None:
    """用当前密钥重新加密(先用 bangfu keys add 加新钥)。 Re-encrypt under the current key (see bangfu keys add)."""
    done = rotate(sealed_columns(), by=BY)
    say(
        ctx,
        f"检查 {done.seen} 个值,重新加密 {done.rewritten} 个,无法解密 {len(done.broken)} 个。",
        f"{done.seen} values seen, {done.rewritten} re-encrypted, {len(done.broken)} could not be read.",
        seen=done.seen,
        rewritten=done.rewritten,
        broken=done.broken,
    )
    sys.exit(1 if done.broken else 0)


def sealed_columns() -> list[EncryptedColumn]:
    """All columns of all floors that hold sealed values: one that is left out is lost with the old key."""
    models = {"household": "registry.Household", "person": "registry.Person"}
    return [
        *(
            EncryptedColumn(models[table], name, partial(sealed_to, table, name))
            for table, names in SEALED.items()
            for name in names
        ),
        EncryptedColumn("quality.ListEntry", "id_number", list_entry),
        EncryptedColumn("monitoring.SelfReport", "number", number_of),
        EncryptedColumn("targeting.LineObjection", "contact", contact_of),
    ]
