"""Tables on which the tests try what the platform promises."""

from __future__ import annotations

import uuid

from django.db import models

from bangfu.platform.crypto.field import SealedField
from bangfu.platform.database.words_field import WordsField


class Everything(models.Model):
    """One column of every kind."""

    id = models.BigAutoField(primary_key=True)
    char = models.CharField(max_length=50, null=True)
    text = models.TextField(null=True)
    small = models.SmallIntegerField(null=True)
    whole = models.BigIntegerField(null=True)
    real = models.FloatField(null=True)
    yes = models.BooleanField(null=True)
    day = models.DateField(null=True)
    moment = models.DateTimeField(null=True)
    hour = models.TimeField(null=True)
    span = models.DurationField(null=True)
    number = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    name = models.UUIDField(null=True)
    tree = models.JSONField(null=True)
    raw = models.BinaryField(null=True)
    sealed = SealedField(null=True)
    words = WordsField(null=True)
    address = models.GenericIPAddressField(null=True)


class Owner(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=50)


class Plain(models.Model):
    """Ten columns, for measuring."""

    code = models.CharField(max_length=12)
    name = models.CharField(max_length=50)
    owner = models.ForeignKey(Owner, on_delete=models.CASCADE, null=True)
    kind = models.SmallIntegerField()
    amount = models.BigIntegerField()
    born = models.DateField(null=True)
    entered = models.DateTimeField()
    living = models.BooleanField()
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict)


class Posting(models.Model):
    """An append-only table."""

    text = models.CharField(max_length=20, unique=True)


class Spell(models.Model):
    """Dated spells under a composite key."""

    owner = models.CharField(max_length=20)
    kind = models.SmallIntegerField(default=1)
    since = models.DateField()
    until = models.DateField(null=True)


class Secret(models.Model):
    """Two encrypted columns."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = SealedField(null=True)
    phone = SealedField(null=True)
