"""The register of policy documents, and what rests on each (S0-01, S0-02, S1-01)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render

from bangfu.accounts.roles import Capability
from bangfu.platform.errors import NotFound
from bangfu.policy import documents as register
from bangfu.policy.citing import citing
from bangfu.policy.parameters import DatedValue, Parameter
from bangfu.policy.words import Words
from bangfu.web.gates import Asked, needs
from bangfu.web.parameters import shown_value
from bangfu.web.places import names_of, padded

KINDS: Final[Mapping[str, Words]] = {
    "policy": Words("政策文件", "policy document"),
    "law": Words("法律法规", "law or regulation"),
    "standard": Words("国家标准", "national standard"),
    "interpretation": Words("政策解读", "interpretation"),
    "suggestion": Words("建议", "suggestion"),
    "report": Words("报告", "report"),
    "draft": Words("征求意见稿", "draft"),
}


@dataclass(frozen=True)
class ShownValue:
    """A dated value that cites a document; ``area`` is the name of the division, "" everywhere."""

    parameter: Parameter
    area: str
    entry: DatedValue
    value: str


@needs(Capability.READ_RULES)
def documents(request: Asked) -> HttpResponse:
    """Every document by kind, with how much rests on it."""
    text, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    found = [
        one
        for one in register.documents().values()
        if (not kind or one.kind == kind)
        and (not text or text.lower() in f"{one.number}{one.title.zh}{one.title.en}{one.issuer.zh}".lower())
    ]
    cited = citing()
    groups = [
        (words, [(one, cited[one.key]) for one in found if one.kind == key]) for key, words in KINDS.items()
    ]
    around = {
        "groups": [(words, some) for words, some in groups if some],
        "count": len(found),
        "text": text,
        "kind": kind,
        "kinds": list(KINDS.items()),
    }
    return render(request, "web/policy/documents.html", around | {"areas": _areas(found)})


@needs(Capability.READ_RULES)
def document(request: Asked, key: str) -> HttpResponse:
    """One document: what it is, its clauses, and the values, rules and entitlements that cite it."""
    found = register.documents().get(key)
    if found is None:
        raise NotFound()
    cited = citing()[key]
    places = names_of(padded(area) for _, area, _ in cited.values if area)
    values = [
        ShownValue(one, places[padded(area)] if area else "", entry, shown_value(one.kind, entry.value))
        for one, area, entry in cited.values
    ]
    around: dict[str, Any] = {
        "document": found,
        "kind": KINDS[found.kind],
        "parents": [register.documents()[one] for one in found.parents],
        "cited": cited,
        "values": values,
        "areas": _areas([found]),
    }
    return render(request, "web/policy/document.html", around)


def _areas(some: list[register.Document]) -> dict[str, str]:
    """Key of a document → where it holds."""
    named = names_of(padded(area) for one in some for area in one.areas)
    return {one.key: "、".join(named[padded(area)] for area in one.areas) for one in some}
