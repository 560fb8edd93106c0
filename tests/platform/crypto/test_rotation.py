"""Rotation brings every value under today's key, may be broken off, and survives a broken value."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection, models

from bangfu.platform.audit.actor import Actor
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.crypto import cipher, keys
from bangfu.platform.crypto.actions import rotate
from bangfu.platform.crypto.errors import UnknownKey
from bangfu.platform.crypto.rotation import EncryptedColumn
from tests.platform.samples.models import Secret
from tests.postgresql import both_databases

pytestmark = [pytest.mark.django_db, both_databases]
ME = Actor.system("keys")
NUMBER = EncryptedColumn("samples.Secret", "number", lambda pk: f"secret.number:{pk}")
PHONE = EncryptedColumn("samples.Secret", "phone", lambda pk: f"secret.phone:{pk}")


def fill(count: int) -> None:
    for number in range(count):
        pk = uuid.uuid4()
        Secret.objects.create(
            pk=pk,
            number=cipher.encrypt(f"number {number}", bound_to=f"secret.number:{pk}"),
            phone=cipher.encrypt(f"phone {number}", bound_to=f"secret.phone:{pk}") if number % 2 else None,
        )


def plain() -> set[str]:
    read = set()
    for secret in Secret.objects.all():
        read.add(cipher.decrypt(secret.number or b"", bound_to=f"secret.number:{secret.pk}"))
        if secret.phone is not None:
            read.add(cipher.decrypt(secret.phone, bound_to=f"secret.phone:{secret.pk}"))
    return read


@pytest.fixture(autouse=True)
def _old_key(settings: LazySettings) -> None:
    settings.BANGFU_FIELD_KEYS = keys.new_keys()


def test_after_rotation_the_old_key_is_no_longer_needed(settings: LazySettings) -> None:
    fill(7)
    before = plain()
    settings.BANGFU_FIELD_KEYS = keys.with_new_key(str(settings.BANGFU_FIELD_KEYS))
    done = rotate([NUMBER, PHONE], by=ME, batch=3)
    assert (done.seen, done.rewritten, done.broken) == (10, 10, [])
    node = json.loads(str(settings.BANGFU_FIELD_KEYS))
    del node["keys"]["k1"]
    settings.BANGFU_FIELD_KEYS = json.dumps(node)
    assert plain() == before
    again = rotate([NUMBER, PHONE], by=ME, batch=3)
    assert (again.seen, again.rewritten) == (10, 0)


def test_without_rotation_the_old_key_is_needed(settings: LazySettings) -> None:
    fill(1)
    node = json.loads(keys.with_new_key(str(settings.BANGFU_FIELD_KEYS)))
    del node["keys"]["k1"]
    settings.BANGFU_FIELD_KEYS = json.dumps(node)
    with pytest.raises(UnknownKey):
        plain()


def test_another_cipher_is_a_reason_to_rewrite_too(settings: LazySettings) -> None:
    fill(2)
    settings.BANGFU_CIPHER = "aes-gcm"
    assert rotate([NUMBER], by=ME).rewritten == 2
    assert {(secret.number or b"")[0] >> 5 for secret in Secret.objects.all()} == {0b101}


def test_it_goes_on_where_it_was_broken_off(settings: LazySettings) -> None:
    fill(6)
    settings.BANGFU_FIELD_KEYS = keys.with_new_key(str(settings.BANGFU_FIELD_KEYS))
    asked = 0

    def breaks_off(pk: Any) -> str:
        nonlocal asked
        asked += 1
        if asked > 4:
            raise KeyboardInterrupt
        return f"secret.number:{pk}"

    with pytest.raises(KeyboardInterrupt):
        rotate([EncryptedColumn("samples.Secret", "number", breaks_off)], by=ME, batch=2)
    assert sum(cipher.is_current(secret.number or b"") for secret in Secret.objects.all()) == 4
    assert rotate([NUMBER], by=ME, batch=2).rewritten == 2


def test_a_broken_value_is_named_and_left_and_the_rest_goes_on(settings: LazySettings) -> None:
    fill(3)
    bad = Secret.objects.order_by("pk")[1]
    moved = Secret.objects.order_by("pk")[0].number
    Secret.objects.filter(pk=bad.pk).update(number=moved)
    settings.BANGFU_FIELD_KEYS = keys.with_new_key(str(settings.BANGFU_FIELD_KEYS))
    done = rotate([NUMBER], by=ME, batch=1)
    assert done.rewritten == 2
    assert done.broken == [("samples.Secret", "number", str(bad.pk))]
    assert Secret.objects.get(pk=bad.pk).number == moved


def test_each_batch_leaves_an_audit_row(settings: LazySettings) -> None:
    fill(5)
    settings.BANGFU_FIELD_KEYS = keys.with_new_key(str(settings.BANGFU_FIELD_KEYS))
    rotate([NUMBER], by=ME, batch=2)
    rows = AuditRecord.objects.of_action("crypto.rotate").order_by("seq")
    assert [row.detail["count"] for row in rows] == [2, 2, 1]
    assert rows[0].detail == {"column": "number", "count": 2, "key": "k2"}


@pytest.mark.parametrize("value", ["610926199001011234", b"610926199001011234", b"", memoryview(b"x"), 7])
def test_the_field_refuses_what_is_no_ciphertext(value: Any) -> None:
    with pytest.raises(TypeError, match="ciphertexts only"):
        Secret.objects.create(number=value)
    with pytest.raises(TypeError, match="ciphertexts only"):
        Secret.objects.update(number=value)


def test_the_field_is_a_plain_binary_column() -> None:
    field = Secret._meta.get_field("number")
    assert isinstance(field, models.BinaryField)
    assert field.db_type(connection) == models.BinaryField().db_type(connection)
