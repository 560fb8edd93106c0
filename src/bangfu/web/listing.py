"""What lists have in common: filters in the address, sorting, pages of fifty, columns that can be hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, QueryDict

from bangfu.web.gates import Asked

ROWS: Final = 50


@dataclass(frozen=True)
class Heading:
    """A column. ``sort``: its key in the address. ``fixed``: cannot be hidden; ``spare``: hidden at first."""

    key: str
    title: Any
    sort: str = ""
    numeric: bool = False
    fixed: bool = False
    spare: bool = False


@dataclass(frozen=True)
class ShownHeading:
    """A heading on this page: where a click leads, and how it is sorted now (a value of aria-sort)."""

    heading: Heading
    query: str
    direction: str


@dataclass(frozen=True)
class Listing:
    """One page of a list."""

    name: str
    page: Page[Any]
    headings: tuple[ShownHeading, ...]
    query: str

    @property
    def total(self) -> int:
        """The length of the whole list."""
        return self.page.paginator.count

    @property
    def pages(self) -> list[int | str]:
        """Numbers of pages, with gaps."""
        return list(self.page.paginator.get_elided_page_range(self.page.number, on_each_side=2, on_ends=1))


def listing(  # noqa: PLR0917 - read as a sentence
    request: Asked,
    name: str,
    rows: Any,
    headings: Sequence[Heading],
    orders: Mapping[str, Sequence[str]],
    default: str,
) -> Listing:
    """The page asked for of ``rows``.

    Args:
        orders: key of a heading's sort → fields; a key with a minus before it turns them round.
        default: the sort where the address names none that is known.
    """
    asked = request.GET.get("sort", "")
    chosen = asked if asked.removeprefix("-") in orders else default
    fields = orders[chosen.removeprefix("-")]
    turned = chosen.startswith("-")
    ordered = rows.order_by(*(_turned(field) if turned else field for field in fields))
    shown = paged(request, name, ordered.values_list("pk", flat=True))
    shown.page.object_list = _fetched(rows, list(shown.page.object_list))
    given = QueryDict(shown.query)
    return replace(shown, headings=tuple(_shown(one, chosen, given) for one in headings))


def paged(request: HttpRequest, name: str, rows: Any, size: int = ROWS) -> Listing:
    """The page asked for of ``rows`` in the order that they have, without headings to sort by."""
    given = request.GET.copy()
    given.pop("page", None)
    return Listing(name, Paginator(rows, size).get_page(request.GET.get("page")), (), given.urlencode())


def _fetched(rows: Any, keys: Sequence[Any]) -> list[Any]:
    """The rows of one page in the order of ``keys``: sorting keys alone is faster than sorting whole rows."""
    found = {row.pk: row for row in rows.order_by().filter(pk__in=keys)}
    return [found[key] for key in keys if key in found]


def kept(request: Asked, *names: str) -> dict[str, Any]:
    """What a filter form carries along: the parts of the address that are no filters."""
    items = [
        (name, request.GET[name]) for name in ("division", "as_of", "sort", *names) if request.GET.get(name)
    ]
    query = QueryDict(mutable=True)
    for name, value in items:
        query[name] = value
    return {"kept_items": items, "kept_query": query.urlencode()}


def _shown(heading: Heading, chosen: str, given: QueryDict) -> ShownHeading:
    if not heading.sort:
        return ShownHeading(heading, "", "")
    now = {heading.sort: "ascending", f"-{heading.sort}": "descending"}.get(chosen, "none")
    query = given.copy()
    query["sort"] = f"-{heading.sort}" if now == "ascending" else heading.sort
    return ShownHeading(heading, query.urlencode(), now)


def _turned(field: str) -> str:
    return field[1:] if field.startswith("-") else f"-{field}"
