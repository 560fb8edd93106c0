"""Fuzzy matching of a department's list with the registry: Bangfu against Splink, recall and precision by error."""

from __future__ import annotations

from pathlib import Path

from bench.figures import at_least
from bench.frame import Bench, median, peak, spread

PEOPLE = 377_000


def measure(bench: Bench) -> None:
    people = bench.size(PEOPLE, 5_000)
    named, folder = bench.folder / f"named-{people}", bench.folder / f"matching-{people}"
    bench.own("named", named, people)
    bench.own("matching_data", named, folder)
    runs = bench.turns(
        {
            "Bangfu": lambda: bench.own("match", folder),
            "Splink": lambda: bench.peer("run_splink.py", folder),
        }
    )
    entries = runs["Bangfu"][0].said["entries"]
    for name, every in runs.items():
        bench.add(f"{name}: {people:,} people, a list of {entries:,}", median(every), note=spread(every))
    bench.ratio("times faster than Splink", runs["Splink"], runs["Bangfu"], at_least(1))
    for name, every in runs.items():
        bench.add(f"memory of {name}", peak(every), "GiB")
    for name in runs:
        _quality(bench, name, folder)


def _quality(bench: Bench, name: str, folder: Path) -> None:
    """Recall of each class of error; of strangers, the share that was matched with nobody."""
    said = bench.own("judged", folder, name.lower()).said
    ours = name == "Bangfu"
    classes = said["classes"]
    fuzzy = [one for one in classes if not one[0].startswith(("stranger", "as registered"))]
    recall = sum(one[2] for one in fuzzy) / sum(one[1] for one in fuzzy)
    bench.add(f"{name}: recall over all errors", recall, "", at_least(0.95) if ours else None)
    precision = said["right"] / said["pairs"]
    bench.add(f"{name}: precision of the likely pairs", precision, "", at_least(0.95) if ours else None)
    for kind, count, right, wrong in classes:
        if kind.startswith("stranger"):
            bench.add(
                f"{name}: {kind}, left alone", 1 - wrong / count, "", note=f"{wrong} of {count} matched"
            )
        else:
            bench.add(
                f"{name}: recall, {kind}", right / count, "", note=f"{right} of {count}, {wrong} also wrong"
            )
