"""Users and posts, divisions, the log, remembered columns: the three administrators at work."""

from __future__ import annotations

import re

from django.urls import reverse

from bangfu.accounts.models import Post, User
from bangfu.accounts.roles import Role
from bangfu.divisions.models import Division, DivisionAttribute, VillagersGroup
from bangfu.platform import clock
from bangfu.platform.audit.models import AuditRecord
from bangfu.registry.models import SavedMapping
from tests.cast import office
from tests.cast.places import BRIDGE, COUNTY, OTHER_COUNTY, WILLOW
from tests.web.conftest import SignIn


def _user(username: str, name: str = "user") -> str:
    return reverse(name, args=[office.who(username).pk])


def test_an_account_and_its_post(as_: SignIn) -> None:
    client = as_("security")
    proposed = client.get(reverse("user-new")).context["form"]["password"].value()
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", proposed)
    given = {"username": "He.Tian", "display_name": "何田", "phone": "", "password": proposed}
    answer = client.post(reverse("user-new"), given)
    user = User.objects.get(username="he.tian")
    assert answer["Location"] == reverse("user", args=[user.pk])
    assert user.must_change_password
    post = {"role": Role.VILLAGE, "division_code": BRIDGE, "since": "2016-01-01"}
    page = client.post(reverse("user-grant", args=[user.pk]), post, follow=True).content.decode()
    assert "岗位已授予" in page
    assert "石桥村" in page
    assert as_("he.tian").get("/")["Location"] == reverse("password")


def test_a_name_that_is_taken_and_a_weak_password_are_named_at_their_fields(as_: SignIn) -> None:
    client = as_("security")
    given = {"username": "village", "display_name": "某人", "password": "kq7m-w2xp-h9rt-c4dn"}
    taken = client.post(reverse("user-new"), given)
    assert taken.status_code == 422
    assert taken.context["form"].errors.keys() == {"username"}
    weak = client.post(reverse("user-new"), {**given, "username": "somebody", "password": "1234567890"})
    assert weak.context["form"].errors.keys() == {"password"}
    assert not User.objects.filter(display_name="某人").exists()


def test_never_two_administrators_in_one_person(as_: SignIn) -> None:
    """S0-02, and the three administrators (三员) of DESIGN §5."""
    given = {"role": Role.AUDIT_ADMIN, "division_code": COUNTY, "since": "2016-01-01"}
    answer = as_("security").post(_user("data", "user-grant"), given)
    assert answer.status_code == 422
    assert "数据管理员" in answer.content.decode()
    assert Post.objects.filter(user__username="data").count() == 1


def test_nobody_grants_to_themselves_or_beyond_their_area(as_: SignIn) -> None:
    client = as_("security")
    own = {"role": Role.INSPECTOR, "division_code": COUNTY, "since": "2016-01-01"}
    assert client.post(_user("security", "user-grant"), own).status_code == 422
    beyond = {**own, "division_code": OTHER_COUNTY}
    assert client.post(_user("village", "user-grant"), beyond).status_code == 422
    assert client.get(_user("elsewhere")).status_code == 404


def test_a_post_ends_and_an_account_closes_and_opens(as_: SignIn) -> None:
    client = as_("security")
    post = Post.objects.get(user__username="helper")
    assert (
        client.post(_user("helper", "user-end"), {"post": post.pk, "until": "2016-01-01"}).status_code == 302
    )
    assert as_("helper").get(reverse("households")).status_code == 403
    assert client.post(_user("village", "user-deactivate")).status_code == 302
    assert not office.who("village").is_active
    assert (
        client.post(_user("village", "user-password"), {"password": "kq7m-w2xp-h9rt-c4dn"}).status_code == 302
    )
    assert office.who("village").is_active
    assert office.who("village").must_change_password


def test_users_are_found(as_: SignIn) -> None:
    page = as_("security").get(reverse("users"), {"q": "王强"}).content.decode()
    assert _user("village") in page
    assert _user("county") not in page


def test_a_label_begins_and_ends(as_: SignIn) -> None:
    client = as_("data")
    path = reverse("division-label", args=[BRIDGE])
    given = {
        "kind": DivisionAttribute.Kind.POOR_VILLAGE,
        "since": "2015-01-01",
        "document": "清溪市扶贫办〔2015〕2号",
    }
    assert client.post(path, {**given, "document": ""}).status_code == 422
    assert "标记已登记" in client.post(path, given, follow=True).content.decode()
    end = {"kind": DivisionAttribute.Kind.POOR_VILLAGE, "until": "2016-01-01"}
    assert client.post(reverse("division-label-end", args=[BRIDGE]), end).status_code == 302
    label = DivisionAttribute.objects.get(division_code=BRIDGE)
    assert (label.since.isoformat(), label.until.isoformat()) == ("2015-01-01", "2016-01-01")


def test_a_villagers_group(as_: SignIn) -> None:
    client = as_("data")
    path = reverse("division-group", args=[WILLOW])
    assert (
        "村民小组已登记" in client.post(path, {"number": "2", "name": "二组"}, follow=True).content.decode()
    )
    assert client.post(path, {"number": "2", "name": "又二组"}).status_code == 422
    assert VillagersGroup.objects.filter(village_code=WILLOW).count() == 2


def test_a_recoding_is_looked_at_before_it_is_recorded(as_: SignIn) -> None:
    client = as_("data")
    path = reverse("division-recode", args=[WILLOW])
    given = {
        "changed_on": "2016-03-01",
        "document": "青禾县政府〔2016〕5号",
        "successors": "990101001231 柳溪村",
    }
    shown = client.post(path, given)
    assert "还没有保存" in shown.content.decode()
    assert "8 户 23 人" in shown.content.decode()
    assert not Division.objects.filter(code="990101001231").exists()
    assert client.post(path, {**given, "successors": "99010100 柳溪村"}).status_code == 422
    assert client.post(path, {**given, "confirmed": "1"}).status_code == 302
    found = client.get(reverse("divisions"), {"q": "柳林村"}).content.decode()
    assert "已撤销" in found  # every old code and name stays searchable
    assert "柳溪村" in found
    assert "现为" in client.get(reverse("division", args=[WILLOW])).content.decode()


def test_the_log_is_filtered_and_its_chain_checked(as_: SignIn) -> None:
    as_("county").post(
        reverse("person-reveal", args=[f"{WILLOW}0001", f"{WILLOW}000101"]),
        {"what": "id_number", "reason": "核对证件原件"},
    )
    client = as_("audit")
    page = client.get(reverse("audit"), {"action": "read.", "actor": "周明"}).content.decode()
    assert "核对证件原件" in page
    assert "合计 1 条" in page
    nothing = client.get(reverse("audit"), {"last": "2001-01-01"}).content.decode()
    assert "没有符合条件的记录" in nothing
    done = client.post(reverse("audit-verify"), follow=True).content.decode()
    assert "校验链完整" in done
    assert f"末条序号 {AuditRecord.objects.latest('seq').seq}" in done


def test_the_log_of_elsewhere_is_not_shown(as_: SignIn) -> None:
    page = as_("audit").get(reverse("audit")).content.decode()
    assert "马驰" not in page  # of 白水县
    assert AuditRecord.objects.filter(actor_name="马驰").exists()


def test_a_remembered_header_is_forgotten(as_: SignIn) -> None:
    kept = SavedMapping.objects.create(
        division_code=COUNTY,
        format="registry",
        signature="x" * 32,
        columns={"0": ["household", "household_no"]},
        by_name="周明",
        saved_at=clock.now(),
    )
    client = as_("data")
    assert "1. 户编号" in client.get(reverse("mappings")).content.decode()
    assert client.post(reverse("mapping-forget", args=[kept.pk])).status_code == 302
    assert not SavedMapping.objects.exists()
