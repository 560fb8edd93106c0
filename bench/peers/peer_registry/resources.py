"""The resources of django-import-export for the models beside this file."""

from __future__ import annotations

from typing import Any

from import_export import fields
from import_export import resources as made
from import_export.widgets import ForeignKeyWidget

from peer_registry.models import History, Household, Person


class Households(made.ModelResource):
    class Meta:
        model = Household
        import_id_fields = ("household_no",)
        exclude = ("id",)

    def after_save_instance(self, instance: Household, row: Any, **given: Any) -> None:
        History.objects.create(household_no=instance.household_no, what="registered")


class People(made.ModelResource):
    household = fields.Field("household", "household_no", ForeignKeyWidget(Household, "household_no"))

    class Meta:
        model = Person
        import_id_fields = ("person_no",)
        exclude = ("id",)


class _Fast:
    use_bulk = True
    batch_size = 2_000
    skip_unchanged = False
    skip_diff = True
    force_init_instance = True
    exclude = ("id",)


class HouseholdsInBulk(made.ModelResource):
    class Meta(_Fast):
        model = Household
        import_id_fields = ("household_no",)


class CachedHouseholds(ForeignKeyWidget):
    """Looks every household up once, not once a person."""

    known: dict[str, Household] | None = None

    def clean(self, value: str, row: Any = None, **given: Any) -> Household:
        if self.known is None:
            self.known = {one.household_no: one for one in Household.objects.all()}
        return self.known[value]


class PeopleInBulk(made.ModelResource):
    household = fields.Field("household", "household_no", CachedHouseholds(Household, "household_no"))

    class Meta(_Fast):
        model = Person
        import_id_fields = ("person_no",)


def resources(bulk: bool) -> tuple[made.ModelResource, made.ModelResource]:
    return (HouseholdsInBulk(), PeopleInBulk()) if bulk else (Households(), People())
