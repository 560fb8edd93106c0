"""Numbers of people lie sealed in the tables, are found by their keyed index, and are shown only with a reason."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from bangfu.accounts.access import Scope
from bangfu.accounts.roles import Role
from bangfu.platform.audit.errors import ReasonRequired
from bangfu.platform.audit.models import AuditRecord
from bangfu.platform.crypto import cipher
from bangfu.platform.crypto.errors import Undecryptable
from bangfu.platform.errors import BangfuError, NotAllowed, NotFound
from bangfu.registry.actions import corrections
from bangfu.registry.actions.unmasking import reveal_household, reveal_person
from bangfu.registry.columns import sealed_to
from bangfu.registry.masking import masked_number, masked_phone, without_long_numbers
from bangfu.registry.models import Household, Person
from bangfu.registry.queries import like_this, search
from tests.cast.places import COUNTY, OTHER_COUNTY, OTHER_VILLAGE, WILLOW
from tests.cast.stories import identity
from tests.postgresql import both_databases
from tests.registry.world import ME, SEEN, WHY, day, member, registered, somebody

pytestmark = [both_databases, pytest.mark.usefixtures("tree")]
NUMBER, PHONE, ACCOUNT = identity("1972-03-07", 11), "13909154711", "6222021234567890123"
OFFICE = Scope.of([(Role.COUNTY_OFFICE, COUNTY)])


def sealed() -> Household:
    return registered(somebody(phone=PHONE), phone="13909154712", bank_account=ACCOUNT)


def everything() -> str:
    """Every column of every table of the house, as the database gives it out."""
    written = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            for row in cursor.fetchall():
                for value in row:
                    raw = bytes(value) if isinstance(value, memoryview) else value
                    written.append(raw.decode("latin-1") if isinstance(raw, bytes) else str(raw))
    return "\n".join(written)


def test_no_table_holds_a_number_in_the_clear() -> None:
    """Not the tables, not the events, not the log; also not after a correction."""
    household = sealed()
    second = identity("1972-03-08", 13)
    corrections.correct_person(
        person=member(household),
        entered={"id_number": second, "phone": "13909154713"},
        seen_revision=SEEN,
        day=day(3),
        reason=WHY,
        by=ME,
    )
    raw = everything()
    assert household.household_no in raw, "the dump reads what is there"
    for secret in (NUMBER, NUMBER[:17], second, PHONE, "13909154712", "13909154713", ACCOUNT):
        assert secret not in raw, secret


def test_a_sealed_value_opens_only_in_its_own_row() -> None:
    household, other = sealed(), registered(somebody("何桂英", "1946-01-25", 44))
    one, another = member(household), member(other)
    assert one.id_number is not None
    assert cipher.decrypt(one.id_number, bound_to=sealed_to("person", "id_number", one.pk)) == NUMBER
    with pytest.raises(Undecryptable):
        cipher.decrypt(one.id_number, bound_to=sealed_to("person", "id_number", another.pk))
    with pytest.raises(TypeError, match="ciphertexts only"):
        Person.objects.filter(pk=one.pk).update(id_number=NUMBER.encode())


class TestFinding:
    def test_by_the_whole_number_its_tail_and_what_is_not_secret(self) -> None:
        household = sealed()
        texts = (NUMBER, NUMBER.lower(), NUMBER[-4:], "李大", "大山", "lds", household.household_no[:8])
        for text in texts:
            found = search(text, OFFICE)
            assert [one.number for one in found][:1] == [household.household_no], text
        for text in (identity("1972-03-07", 13), "0000", "王", "x", ""):
            assert search(text, OFFICE) == [], text

    def test_by_a_given_name_after_a_surname_of_two_characters(self) -> None:
        household = registered(somebody("欧阳大山", "1946-01-25", 45))
        for text in ("欧阳", "大山", "欧阳大山"):
            assert [one.number for one in search(text, OFFICE)] == [household.household_no], text
        assert search("欧山", OFFICE) == []

    def test_fifteen_digits_of_the_same_person_find_the_eighteen(self) -> None:
        household = sealed()
        old = NUMBER[:6] + NUMBER[8:17]
        assert [one.number for one in search(old, OFFICE)] == [household.household_no]

    def test_only_within_ones_scope(self) -> None:
        sealed()
        for scope in (Scope.of([(Role.COUNTY_OFFICE, OTHER_COUNTY)]), Scope()):
            for text in (NUMBER, NUMBER[-4:], "李大山", f"{WILLOW}0001"):
                assert search(text, scope) == []

    def test_somebody_entered_twice_is_seen_before_anything_is_saved(self) -> None:
        household = sealed()
        (exact,) = like_this({"name": "李大山", "id_number": NUMBER})
        assert (exact.person, exact.exact) == (member(household), True)
        (likely,) = like_this({"name": "李大三", "birth_date": 19720307, "sex": 1}, village=WILLOW)
        assert (likely.person, likely.exact) == (member(household), False)
        assert likely.reasons
        assert like_this({"name": "王五", "birth_date": 19900101}, village=WILLOW) == []


class TestShowing:
    def test_masked_forms(self) -> None:
        assert masked_number(NUMBER) == NUMBER[:3] + "●" * 11 + NUMBER[-4:]
        assert masked_phone(PHONE) == "139●●●●4711"
        assert masked_number(None) == masked_phone("") == ""
        assert masked_phone("123") == "●●●"
        assert NUMBER not in without_long_numbers(f"值 {NUMBER} 与 {PHONE}")

    def test_unmasking_gives_the_number_and_leaves_a_row(self) -> None:
        household = sealed()
        person = member(household)
        shown = reveal_person(
            person=person, what="id_number", household=household, reason="电话核实", by=ME, scope=OFFICE
        )
        assert shown == NUMBER
        row = AuditRecord.objects.get(action="read.id_number")
        assert (row.actor_id, row.subject_id, row.detail["reason"]) == (ME.id, person.person_no, "电话核实")
        assert NUMBER not in str(row.detail)
        account = reveal_household(
            household=household, what="bank_account", reason="核对账号", by=ME, scope=OFFICE
        )
        assert account == ACCOUNT
        assert AuditRecord.objects.filter(action="read.bank_account").count() == 1

    @pytest.mark.parametrize(
        ("role", "place", "reason", "refusal"),
        [
            (Role.COUNTY_OFFICE, COUNTY, " 无 ", ReasonRequired),
            (Role.VILLAGE, WILLOW, "电话核实", NotAllowed),
            (Role.HELPER, WILLOW, "电话核实", NotAllowed),
            (Role.TOWNSHIP, f"{WILLOW[:9]}000", "电话核实", NotAllowed),
            (Role.SECURITY_ADMIN, COUNTY, "电话核实", NotAllowed),
            (Role.COUNTY_OFFICE, OTHER_COUNTY, "电话核实", NotFound),
        ],
    )
    def test_not_without_reason_right_or_reach(
        self, role: Role, place: str, reason: str, refusal: type[BangfuError]
    ) -> None:
        household = sealed()
        scope = Scope.of([(role, place)])
        with pytest.raises(refusal):
            reveal_person(
                person=member(household), what="phone", household=household, reason=reason, by=ME, scope=scope
            )
        with pytest.raises(refusal):
            reveal_household(household=household, what="phone", reason=reason, by=ME, scope=scope)
        assert not AuditRecord.objects.filter(action__startswith="read.").exists()

    def test_a_person_is_not_unmasked_through_a_household_of_somebody_else(self) -> None:
        """The right holds where the person lives, not where the caller says."""
        mine = registered(village=OTHER_VILLAGE)
        theirs = member(sealed())
        scope = Scope.of([(Role.COUNTY_OFFICE, OTHER_COUNTY)])
        with pytest.raises(NotFound):
            reveal_person(
                person=theirs, what="id_number", household=mine, reason="电话核实", by=ME, scope=scope
            )
        assert not AuditRecord.objects.filter(action__startswith="read.").exists()
