"""Chinese first, English complete: no text without its English, no Chinese on an English page but data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib import resources

import pytest
from babel.messages.pofile import read_po

from bangfu.accounts.models import User
from bangfu.divisions.models import Division, DivisionAttribute, VillagersGroup
from bangfu.platform.procedures.models import CaseRecord
from bangfu.policy import catalogue
from bangfu.registry.models import Event, Household, ImportBatch, Person
from bangfu.targeting.models import RollHousehold, Round
from bangfu.targeting.notice_models import Notice
from bangfu.web.messages import CATALOGUE, current
from tests.web.conftest import SignIn
from tests.web.routes import address, routes

_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_PLACE = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")
#: What may stand in Chinese on an English page: the way back to Chinese, an example of a name, terms of art.
_EXAMPLE = "新药妇沟村委会"
_MEANT = ("中文界面", _EXAMPLE, "五保", "万")
#: Numbers as the documents write them, shown word for word.
_QUOTED = resources.files("bangfu.policy.oversight") / "statements.yaml"
_READ_ALOUD = frozenset(
    {"alt", "title", "placeholder", "aria-label", "data-text", "data-offline", "data-remove-text"}
)


def _catalogue():
    with CATALOGUE.open("rb") as file:
        return [one for one in read_po(file, locale="en") if one.id]


def _strings(message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_everything_has_english() -> None:
    assert [one.id for one in _catalogue() if not all(_strings(one)) or one.fuzzy] == []


def test_the_catalogue_is_that_of_the_code() -> None:
    """``python -m bangfu.web.messages`` brings it up to date."""
    expected = {str(one.id) for one in current() if one.id}
    assert {str(one.id) for one in _catalogue()} == expected


def test_places_are_kept() -> None:
    """A translation fills the same places as the text: no value is lost, none is asked for in vain."""
    wrong = []
    for one in _catalogue():
        ids = [one.id] if isinstance(one.id, str) else list(one.id)
        asked = {"".join(found) for text in ids for found in _PLACE.findall(text)}
        for text in _strings(one):
            given = {"".join(found) for found in _PLACE.findall(text)}
            if given - asked or (asked - given and isinstance(one.id, str)):
                wrong.append((ids[0], text))
    assert wrong == []


def test_english_has_no_chinese() -> None:
    said = [
        text for one in _catalogue() for text in _strings(one) if set(_CHINESE.findall(text)) - set(_MEANT)
    ]
    assert said == []


class _Words(HTMLParser):
    """Texts that people read or hear; scripts and styles are none."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag if tag in ("script", "style") else self._inside
        self.found += [value or "" for name, value in attrs if name in _READ_ALOUD]

    def handle_endtag(self, tag: str) -> None:
        self._inside = "" if tag == self._inside else self._inside

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.found.append(data)


def _data() -> str:
    """Everything that is data of the cast, and so stands as it was entered."""
    pages = list(routes())  # makes the case, the round and the notice that their pages show
    assert pages

    def every() -> Iterator[str]:
        for rows in (
            Division.objects.values_list("name", "source"),
            VillagersGroup.objects.values_list("name", "name"),
            DivisionAttribute.objects.values_list("document", "document"),
            Person.objects.values_list("name", "name"),
            User.objects.values_list("display_name", "display_name"),
            ImportBatch.objects.values_list("file_name", "file_name"),
            Household.objects.values_list("group_no", "address"),
            Event.objects.values_list("reason", "by_name"),
            Notice.objects.values_list("title", "text", "audience", "place", "issuer", "address"),
            Round.objects.values_list("mobilisation", "started_by"),
            RollHousehold.objects.values_list("householder", "householder"),
            CaseRecord.objects.values_list("data__statement", "by_name"),
        ):
            for row in rows.distinct():
                yield from row
        yield _QUOTED.read_text(encoding="utf-8")
        yield from (rule.law for rule in catalogue.all_rules())
        for batch in ImportBatch.objects.all():
            yield str(batch.report.get("columns"))  # the clerk's own headers and cells

    return "\n".join({*every(), *_MEANT})


@pytest.mark.parametrize("username", ["county", "village", "security", "data", "audit"])
def test_an_english_page_speaks_english(username: str, as_: SignIn) -> None:
    User.objects.filter(username=username).update(language="en")
    client, data = as_(username), _data()
    left: dict[str, set[str]] = {}
    pages = [one for one in routes() if not one.post and username in one.allowed]
    assert len(pages) > 4
    for one in pages:
        answer = client.get(address(one), follow=True)
        words = _Words()
        words.feed(answer.content.decode())
        foreign = {run for text in words.found for run in _CHINESE.findall(text) if run not in data}
        if foreign:
            left[one.name] = foreign
    assert left == {}


def test_a_refusal_speaks_english(as_: SignIn) -> None:
    User.objects.filter(username="village").update(language="en")
    client = as_("village")
    for answer in (
        client.get("/households/9999/"),
        client.get("/users/"),
        client.post("/households/register/", {}),
        client.get("/households/", {"size": "many"}),
    ):
        words = _Words()
        words.feed(answer.content.decode())
        assert {run for text in words.found for run in _CHINESE.findall(text) if run not in _data()} == set()


def test_the_way_to_the_other_language_is_on_every_page(as_: SignIn) -> None:
    client = as_("county")
    assert "</svg>English</button>" in client.get("/").content.decode()
    User.objects.filter(username="county").update(language="en")
    assert "</svg>中文界面</button>" in client.get("/").content.decode()
