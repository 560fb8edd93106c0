"""The forms of a village: 500 papers in one file to print, as an archive, and for Word."""

from __future__ import annotations

from bench.figures import at_most
from bench.frame import Bench

FORMS = 500


def measure(bench: Bench) -> None:
    forms = bench.size(FORMS, 25)
    folder = bench.folder / "papers"
    folder.mkdir(parents=True, exist_ok=True)
    for way, what in (("pdf", "one PDF"), ("archive", "an archive of PDFs"), ("docx", "one Word file")):
        said = bench.own("draw_papers", way, forms, folder).said
        note = f"{said['bytes'] / 1e6:.1f} MB; processor time {said['cpu']:.1f} s"
        bench.add(f"{forms} forms as {what}", said["seconds"], "s", at_most(60), note)
