"""One function for each rule about who a person is: how the error gets into a household."""

from __future__ import annotations

from bangfu.cli.synthetic.kit import Kit, altered, is_kept, on_list, plants
from bangfu.cli.synthetic.members import (
    adult,
    with_member,
)
from bangfu.cli.synthetic.model import Household, Person
from bangfu.policy.vocabulary import codes

relation, marital = codes("relation"), codes("marital")
kinds, cause = codes("household_kind"), codes("cause")


@plants("id_missing", on_list)
def id_missing(kit: Kit, h: Household) -> None:
    one = kit.member(h)
    one.id_number = None
    kit.truth("id_missing", one)


@plants("id_malformed", on_list)
def id_malformed(kit: Kit, h: Household) -> None:
    one = kit.member(h)
    place = kit.random.randrange(6, 17)
    one.id_number = kit.random.choice(
        [one.true_id[:place] + one.true_id[place + 1 :], one.true_id[:8] + "O" + one.true_id[9:]]
    )
    kit.truth("id_malformed", one)


@plants("id_checksum", on_list, share=2)
def id_checksum(kit: Kit, h: Household) -> None:
    one = kit.member(h)
    place = kit.random.randrange(14, 17)
    digit = str((int(one.true_id[place]) + kit.random.randrange(1, 10)) % 10)
    one.id_number = one.true_id[:place] + digit + one.true_id[place + 1 :]
    kit.truth("id_checksum", one)


@plants("id_birth_impossible", on_list)
def id_birth_impossible(kit: Kit, h: Household) -> None:
    one = kit.member(h)
    body = f"{one.true_id[:10]}{kit.random.choice(['1331', '0230', '0000', '0431'])}{one.true_id[14:17]}"
    one.id_number = altered(body + "0")
    kit.truth("id_birth_impossible", one)


@plants("id_legacy", with_member(lambda one: 1945 <= one.birth_date.year <= 1985))
def id_legacy(kit: Kit, h: Household) -> None:
    one = kit.member(h, lambda one: 1945 <= one.birth_date.year <= 1985)
    one.id_number = one.true_id[:6] + one.true_id[8:17]
    kit.truth("id_legacy", one)


@plants("id_area_unknown", on_list)
def id_area_unknown(kit: Kit, h: Household) -> None:
    one = kit.member(h)
    one.true_id = one.id_number = altered(one.true_id, area=kit.random.choice(["999999", "610999", "170101"]))
    kit.truth("id_area_unknown", one)


def _unpaired(one: Person) -> bool:
    return one.relation not in (relation.head, relation.spouse) and one.marital == marital.single


@plants("id_sex_mismatch", with_member(_unpaired))
def id_sex_mismatch(kit: Kit, h: Household) -> None:
    one = kit.member(h, _unpaired)
    one.sex = 3 - one.sex
    kit.truth("id_sex_mismatch", one)


@plants("id_birth_mismatch", with_member(adult))
def id_birth_mismatch(kit: Kit, h: Household) -> None:
    one = kit.member(h, adult)
    one.birth_date = one.birth_date.replace(day=one.birth_date.day % 28 + 1)
    kit.truth("id_birth_mismatch", one)


def idle(one: Person) -> bool:
    """Somebody who can be entered twice without disturbing other sums."""
    return adult(one) and not one.works


@plants(
    "id_duplicate_in_household",
    with_member(idle, lambda h: is_kept(h) and h.main_cause == cause.funds),
    persons=1,
)
def id_duplicate_in_household(kit: Kit, h: Household) -> None:
    one = kit.member(h, idle)
    kit.truth("id_duplicate_in_household", one, kit.copy_of(one, h))


def _general(h: Household) -> bool:
    return is_kept(h) and h.household_kind == kinds.general


@plants(
    "id_duplicate_across", lambda h: _general(h) and h.main_cause in (cause.skill, cause.funds), persons=1
)
def id_duplicate_across(kit: Kit, h: Household) -> None:
    for other in kit.households(with_member(idle, _general), 1):
        one = kit.member(other, idle)
        kit.truth("id_duplicate_across", one, kit.copy_of(one, h))


@plants("name_malformed", on_list)
def name_malformed(kit: Kit, h: Household) -> None:
    one = kit.member(h)
    one.name = kit.random.choice([f"{one.name}(大)", f"{one.name}1", f"{one.name}?", one.name[:1]])
    kit.truth("name_malformed", one)


@plants("person_no_duplicate", lambda h: on_list(h) and h.size > 1)
def person_no_duplicate(kit: Kit, h: Household) -> None:
    h.members[1].person_no = h.head.person_no
    kit.truth("person_no_duplicate", h.head)


@plants("household_unknown", on_list, persons=1)
def household_unknown(kit: Kit, h: Household) -> None:
    one = kit.relative(h, 40)
    h.members.pop()
    h.stated_members = h.size
    h.settle()
    one.person_no, one.household_no = f"9{one.person_no[1:]}", f"9{h.household_no[1:]}"
    kit.county.orphans.append(one)
    kit.truth("household_unknown", one)
