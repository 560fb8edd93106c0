"""A registry in Django as one would start it, for django-import-export: households, people, and a row of history."""

from __future__ import annotations

from django.db import models


class Household(models.Model):
    household_no = models.CharField(max_length=32, unique=True)
    division_code = models.CharField(max_length=12, db_index=True)
    group_no = models.CharField(max_length=30, blank=True)
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    bank_account = models.CharField(max_length=30, blank=True)
    household_kind = models.SmallIntegerField(null=True)
    identified_on = models.DateField(null=True)
    stated_members = models.SmallIntegerField(null=True)
    main_cause = models.SmallIntegerField(null=True)
    dwelling_grade = models.SmallIntegerField(null=True)
    dangerous_dwelling = models.BooleanField(null=True)
    dwelling_area = models.BigIntegerField(null=True)
    safe_water = models.BooleanField(null=True)
    road_distance = models.BigIntegerField(null=True)
    domestic_power = models.BooleanField(null=True)
    farmland = models.BigIntegerField(null=True)
    income_year = models.SmallIntegerField(null=True)
    income_wage = models.BigIntegerField(null=True)
    income_business = models.BigIntegerField(null=True)
    income_property = models.BigIntegerField(null=True)
    income_transfer = models.BigIntegerField(null=True)
    production_cost = models.BigIntegerField(null=True)
    income_net = models.BigIntegerField(null=True)
    income_per_head = models.BigIntegerField(null=True)


class Person(models.Model):
    person_no = models.CharField(max_length=34, unique=True)
    household = models.ForeignKey(Household, on_delete=models.CASCADE)
    name = models.CharField(max_length=60, db_index=True)
    id_number = models.CharField(max_length=18, db_index=True)
    sex = models.SmallIntegerField(null=True)
    birth_date = models.DateField(null=True)
    ethnicity = models.SmallIntegerField(null=True)
    relation = models.SmallIntegerField(null=True)
    education = models.SmallIntegerField(null=True)
    health = models.SmallIntegerField(null=True)
    labour = models.SmallIntegerField(null=True)
    work_months = models.SmallIntegerField(null=True)
    medical_insurance = models.BooleanField(null=True)
    identified_on = models.DateField(null=True)


class History(models.Model):
    household_no = models.CharField(max_length=32)
    at = models.DateTimeField(auto_now_add=True)
    what = models.CharField(max_length=20)
