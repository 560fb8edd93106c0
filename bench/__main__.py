"""``python -m bench [NAME …] [--scale 0.1] [--rounds 3] [--json FILE]``: figures against named peers, in one run."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.catalogue import BENCHES
from bench.figures import table
from bench.frame import PROJECT, Bench, Failed


def main() -> int:
    """0 when every bench ran (goals met or not), 1 when one failed."""
    asked = _arguments()
    print(f"{machine()}; scale {asked.scale}, {asked.rounds} rounds\n", flush=True)
    done: list[Bench] = []
    failed = []
    for name in asked.names or BENCHES:
        print(f"{name}: {(sys.modules[BENCHES[name].__module__].__doc__ or '').splitlines()[0]}", flush=True)
        bench = Bench(name, asked.scale, asked.rounds, asked.folder)
        done.append(bench)
        try:
            BENCHES[name](bench)
        except Failed as error:
            failed.append(name)
            print(f"   {name} failed: {error}", file=sys.stderr, flush=True)
    print("\n" + table(figure.row(bench.name) for bench in done for figure in bench.figures))
    missed = [figure for bench in done for figure in bench.figures if figure.met is False]
    if asked.scale != 1:
        print(f"\nGoals are for full size; at scale {asked.scale} they only show the way.")
    print(f"\n{len(missed)} goals not met; {machine()}")
    if asked.json:
        data = [figure.data(bench.name) for bench in done for figure in bench.figures]
        asked.json.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
    return 1 if failed else 0


def machine() -> str:
    """Day, machine and how busy it is."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · {os.cpu_count()} cores, {memory:.0f} GiB, {platform.machine()} · "
        f"Python {platform.python_version()} · load {load}"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES)}; all by default")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full sizes, for a quick try")
    parser.add_argument("--rounds", type=int, default=3, help="how often what is compared takes turns")
    parser.add_argument("--folder", type=Path, default=PROJECT / "var" / "bench", help="where data are kept")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    asked = parser.parse_args()
    unknown = [name for name in asked.names if name not in BENCHES]
    if unknown:
        parser.error(f"no bench is called {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    return asked


if __name__ == "__main__":
    sys.exit(main())
