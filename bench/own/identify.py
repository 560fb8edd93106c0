"""A village identifies its poor households in a browser, from the mobilisation to the county's approval and the printed
forms: ``identify FOLDER HOUSEHOLDS``. Prints for every screen how long the server took to answer.

Chromium clicks as the village, the township and the county do; every document and fragment that the server answers is
timed from the request to the first byte. So that there is a 95th of a hundred, each screen is asked for ``AGAIN`` times
more with the cookies of the browser but without drawing it, timed to the last byte.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import django
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page, Request, sync_playwright

from bangfu.cli import demo_county as demo
from bench.own import processors, village
from bench.own.clocked import say
from bench.own.serving import serving
from tests.web.browser.site import free_port

MONDAY: Final = date(2026, 3, 2)
#: Days on which the site runs: when the village works, when its notice is over, when the county's is.
DAYS: Final = (MONDAY, MONDAY + timedelta(days=9), MONDAY + timedelta(days=18))
AGAIN: Final = 20
PROCEDURE: Final = "household_identification"
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
NOTICE: Final = {
    "title": "拟识别贫困户公示", "text": "经评议票决,拟识别下列户。", "audience": "全村", "place": "村公示栏",
    "issuer": "村民委员会", "phone": "0915-1234567", "address": "村委会办公室",
}  # fmt: skip


class Stopwatch:
    """Milliseconds: of screens (GET), of what is handed in (POST), and of processors for the screens."""

    def __init__(self) -> None:
        self.cluster, self.site = processors.postmaster(os.environ["DATABASE_URL"]), 0
        self.worked: dict[str, list[float]] = defaultdict(list)
        self.screens: dict[str, list[float]] = defaultdict(list)
        self.acts: dict[str, list[float]] = defaultdict(list)
        self.step, self.who = "", ""

    def watch(self, page: Page) -> None:
        page.on("requestfinished", self._finished)

    def _finished(self, request: Request) -> None:
        if request.resource_type not in ("document", "xhr", "fetch"):
            return
        took = request.timing["responseStart"] - request.timing["requestStart"]
        many = request.method == "POST" and urlsplit(request.url).path.endswith("/together/")
        label = self.label(request.url, self.step if many else "")
        if request.method == "POST":
            self.acts[f"{label} {self._what(request)}".strip()].append(took)
        elif label:
            self.screens[label].append(took)

    def label(self, url: str, step: str = "") -> str:
        """The name of the address, the step that it asks for, and who asks."""
        parts = urlsplit(url)
        try:
            name = resolve(parts.path).url_name or parts.path
        except Resolver404:
            return ""
        step = parse_qs(parts.query).get("step", [step])[0]
        return " ".join(filter(None, [name, step.removeprefix(f"{PROCEDURE}:"), f"({self.who})"]))

    def ask(self, page: Page, url: str, times: int) -> None:
        """Asks for a screen without drawing it."""
        label, before = self.label(url), processors.worked(self.site, self.cluster)
        for _ in range(times):
            start = time.perf_counter()
            answer = page.context.request.get(url)
            answer.body()
            self.screens[label].append((time.perf_counter() - start) * 1000)
            answer.dispose()
        self.worked[label].append((processors.worked(self.site, self.cluster) - before) * 1000 / times)

    @staticmethod
    def _what(request: Request) -> str:
        """Which button of many was pressed."""
        found = re.search(r'name="?what"?\s+([\w:]+)', request.post_data or "")
        return found[1].removeprefix("record:") if found else ""

    def data(self, times: dict[str, list[float]]) -> dict[str, dict[str, float]]:
        return {
            name: {
                "n": len(some),
                "p50": statistics.median(some),
                "p95": statistics.quantiles(some, n=20, method="inclusive")[-1] if len(some) > 1 else some[0],
                "most": max(some),
                "cpu": statistics.mean(self.worked.get(name, [0.0])),
            }
            for name, some in sorted(times.items())
        }


class Desk:
    """Somebody before a browser."""

    def __init__(self, browser: Browser, at: str, username: str, watch: Stopwatch) -> None:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        context.set_default_timeout(120_000)
        self.page, self.at, self.username, self.watch = context.new_page(), at, username, watch
        self.page.goto(f"{at}/sign-in/")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", demo.PASSWORD)
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(f"{at}/")
        watch.watch(self.page)

    def open(self, path: str, again: int = 0) -> Page:
        """Open it in the browser, and ask for it so many times more."""
        self.watch.who = self.username
        answer = self.page.goto(self.at + path)
        if answer is None or answer.status != 200:
            raise SystemExit(f"{path}: {answer and answer.status}")
        if again:
            self.watch.ask(self.page, self.at + path, again)
        return self.page

    def send(self, button: str, *, accepted: bool = True) -> None:
        """Press it and wait for the answer; a refusal ends the bench with what it says."""
        self.watch.who = self.username
        with self.page.expect_navigation():
            self.page.click(button)
        refused = self.page.locator(".say-red, .wrong-words").all_inner_texts()
        assert not (accepted and refused), refused[:5]

    def together(self, number: int, step: str, again: int = 0) -> Page:
        self.watch.step = step
        area = f"&division={village.code()}"
        return self.open(f"/cases/together/?round={number}{area}&step={PROCEDURE}:{step}", again)

    def record(self, kind: str, fields: dict[str, str]) -> None:
        """Put a record on all cases of the screen."""
        self._unfold(f'button[value="record:{kind}"]')
        for name, value in fields.items():
            field = self.page.locator(f"[name={kind}-{name}]")
            field.select_option(value) if name == "group" else field.fill(value)
        self.send(f'button[value="record:{kind}"]')

    def publish(self) -> None:
        self._unfold("button[value=notice]")
        for name, value in NOTICE.items():
            self.page.fill(f"[name=notice-{name}]", value)
        self.send("button[value=notice]")

    def decide(self) -> None:
        self.send("button[value=decide]")

    def _unfold(self, button: str) -> None:
        self.page.locator("details", has=self.page.locator(button)).locator("summary").click()


def mobilised(desk: Desk, households: int) -> int:
    """Starts the round, tells everybody, seats the panel; returns the round's number."""
    page = desk.open("/rounds/", AGAIN)
    there = village.code()
    listed = village.listed(there)
    page.fill("[data-division-field] input[type=search]", there)
    page.click(f"button[data-pick='{there}']")
    for name, value in {
        "households": str(listed),
        "attendance": "120",
        "mobilisation": "村委会召开动员大会",
    }.items():
        page.fill(f"[name={name}]", value)
    desk.send("form[action$='/rounds/start/'] .form-foot button")
    number = int(page.url.rstrip("/").rsplit("/", 1)[1])
    there = f"/rounds/{number}/"
    desk.open(f"{there}told/", AGAIN)
    assert page.locator("#told tbody tr").count() == listed >= households
    page.click("[data-every=channel][data-every-value=meeting]")
    desk.send("#told .form-foot button")
    desk.open(f"{there}told/?only=reached", AGAIN)
    desk.open(there, AGAIN)
    desk.send("form[action$='/open/'] button")
    desk.open(f"{there}panel/", AGAIN)
    for at, (serial, group) in enumerate(village.seats(number), 1):
        for part, value in (("p", f"代表{serial}"), ("s", str(serial)), ("g", str(group))):
            page.fill(f"[name={part}-{at}]", value)
    desk.send("button[name=seat]")
    desk.open(f"{there}panel/", AGAIN)
    return number


def applied(desk: Desk, number: int, households: int) -> None:
    """All apply; the applications pass, and their groups nominate them."""
    page = desk.open(f"/rounds/{number}/applying/", AGAIN)
    assert page.locator("tbody tr").count() == households
    desk.send(".form-foot button.btn-primary")
    desk.together(number, "application", AGAIN)
    desk.decide()
    desk.together(number, "nomination")
    desk.record("nomination", {"text": "小组会议提名"})
    desk.together(number, "nomination", AGAIN)
    desk.decide()


def voted(desk: Desk, number: int) -> None:
    """The ballots of every application, and the decision of the meeting."""
    page = desk.open(f"/rounds/{number}/ballots/", AGAIN)
    for name, value in {"present": 30, "in_favour": 27, "against": 2, "abstain": 1}.items():
        page.eval_on_selector_all(
            f'tbody [data-grid-col="{name}"]',
            "(cells, text) => cells.forEach((one) => (one.value = text))",
            str(value),
        )
    desk.send("#ballots .form-foot button")
    desk.open(f"/rounds/{number}/ballots/", AGAIN)
    desk.together(number, "review", AGAIN)
    desk.decide()


def reviewed(desk: Desk, number: int) -> None:
    """The committee's opinion on all, and the notice in the village."""
    desk.together(number, "village_check")
    desk.record("village_check", {"text": "经村委会审查,同意上报。"})
    desk.together(number, "village_check")
    desk.publish()
    desk.together(number, "village_check", AGAIN)
    page = desk.open("/notices/", AGAIN)
    page.locator("ul.rows a[href^='/notices/']").first.click()
    page.wait_for_url("**/notices/*/")
    desk.open(urlsplit(page.url).path, AGAIN)
    public = page.locator("a[href*='/public/notices/']").first.get_attribute("href")
    desk.open(urlsplit(str(public)).path, AGAIN)


def visited(desk: Desk, number: int, households: int) -> None:
    """Township staff at home: some on the page of the case, the others together; the audit."""
    page = desk.together(number, "township_audit")
    cases = page.eval_on_selector_all("tbody th a", "(links) => links.map((one) => one.getAttribute('href'))")
    for path in cases[: min(2 * AGAIN, households)]:
        desk.open(str(path))
    for path in cases[: min(AGAIN, households)]:
        desk.open(str(path))
        form = "form[action$='/record/home_visit/']"
        if not page.locator(f"{form} [name=visitors]").is_visible():
            page.locator("details", has=page.locator(form)).locator("summary").first.click()
        page.fill(f"{form} [name=visitors]", "镇干部李")
        desk.send(f"{form} .form-foot button")
    desk.together(number, "township_audit")
    desk.record("home_visit", {"visitors": "镇干部李\n镇干部王"})
    desk.together(number, "township_audit", AGAIN)
    desk.decide()
    desk.together(number, "county_approval")


def approved(desk: Desk, number: int) -> None:
    """The county's notice is over: it approves."""
    desk.together(number, "county_approval", AGAIN)
    desk.decide()


def around(desk: Desk, number: int | None = None) -> None:
    """The other screens that whoever identifies households comes by."""
    for path in ("/", "/households/", "/doubts/", "/cases/", "/rounds/", "/overview/", "/people/"):
        desk.open(path, AGAIN)
    for text in ("王", "王小", "wxm", "0012", village.code(), "城关"):
        desk.open(f"/search/?q={text}", AGAIN // 4)
    if number:
        desk.open(f"/rounds/{number}/", AGAIN)
        desk.open(f"/cases/?round={number}&state=any", AGAIN)
        desk.open(f"/participation/?division={village.code()}", AGAIN)
    desk.open("/households/")
    first = desk.page.locator("tbody a").first.get_attribute("href")
    desk.open(str(first), AGAIN)


def printed(desk: Desk, number: int) -> dict[str, Any]:
    """The approval forms of all in one PDF: seconds from the button to the link, and the progress that was seen."""
    page = desk.open(f"/papers/?round={number}", AGAIN)
    page.select_option("[name=kind]", "approval")
    start, seen = time.perf_counter(), []
    desk.send("main form .form-foot button")
    link = page.locator("main a[href$='/file/']")
    while link.count() == 0:
        bar = page.locator("main progress[value]")
        if bar.count() and (value := bar.first.get_attribute("value")) not in seen:
            seen.append(value)
        if time.perf_counter() - start > 300:
            raise SystemExit(f"the forms were not printed: {page.locator('main').inner_text()}")
        page.wait_for_timeout(100)
    took = time.perf_counter() - start
    with page.expect_download() as download:
        link.first.click()
    size = Path(download.value.path()).stat().st_size
    return {"seconds": took, "progress": seen, "bytes": size}


@contextmanager
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        raise SystemExit("Chromium is missing: apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def main(folder: Path, households: int) -> None:
    django.setup()
    watch, port, log = Stopwatch(), free_port(), folder / "site.log"
    with ExitStack() as stack:
        browser = stack.enter_context(chromium())

        @contextmanager
        def office(day: date) -> Iterator[Callable[[str], Desk]]:
            with serving(port, day, log) as (at, watch.site):
                yield lambda username: Desk(browser, at, username, watch)

        with office(DAYS[0]) as at_desk:
            desk = at_desk(village.USERNAME)
            number = mobilised(desk, households)
            applied(desk, number, households)
            voted(desk, number)
            reviewed(desk, number)
            around(desk, number)
        with office(DAYS[1]) as at_desk:
            desk = at_desk(village.USERNAME)
            desk.together(number, "village_check")
            desk.decide()
            visited(township := at_desk("township"), number, households)
            around(township, number)
            county = at_desk("county")
            around(county, number)
            county.together(number, "county_approval")
            county.publish()
        with office(DAYS[2]) as at_desk:
            approved(at_desk("county"), number)
            desk = at_desk(village.USERNAME)
            paper = printed(desk, number)
            around(desk, number)
    say(
        screens=watch.data(watch.screens), acts=watch.data(watch.acts), printed=paper,
        registered=village.registered(number),
    )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
