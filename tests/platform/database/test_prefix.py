from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bangfu.platform.database.prefix import next_prefix, prefix_range
from tests.platform.samples.models import Posting
from tests.postgresql import both_databases

DIGITS = st.text("0123456789", max_size=12)


@given(prefix=DIGITS.filter(bool), code=DIGITS)
@example(prefix="99", code="999")
@example(prefix="6109", code="611")
def test_the_range_holds_exactly_what_starts_with_the_prefix(prefix: str, code: str) -> None:
    bound = next_prefix(prefix)
    assert code.startswith(prefix) == (prefix <= code and (not bound or code < bound))


@pytest.mark.parametrize("prefix", ["6a", "６１", " 61", "61%", "²"])
def test_a_prefix_that_is_not_digits_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        prefix_range("code", prefix)


@both_databases
@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(codes=st.sets(st.text("0189", max_size=4), max_size=20), prefix=st.text("0189", max_size=3))
def test_the_database_finds_the_same_rows_as_startswith(codes: set[str], prefix: str) -> None:
    with transaction.atomic():
        for code in codes:
            Posting.objects.create(text=code)
        found = set(Posting.objects.filter(prefix_range("text", prefix)).values_list("text", flat=True))
        transaction.set_rollback(True)
    assert found == {code for code in codes if code.startswith(prefix)}
