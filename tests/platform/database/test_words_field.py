from __future__ import annotations

import pytest

from bangfu.policy.words import Words
from tests.platform.samples.models import Everything
from tests.postgresql import both_databases


@both_databases
@pytest.mark.django_db
def test_words_come_back_as_words() -> None:
    for given, found in (
        (Words("户", "household"), Words("户", "household")),
        ("x", Words("x", "x")),
        (None, None),
    ):
        pk = Everything.objects.create(words=given).pk
        assert Everything.objects.get(pk=pk).words == found
    assert list(Everything.objects.filter(words__zh="户").values_list("words__en", flat=True)) == [
        "household"
    ]
