"""Splink over prepared sides: ``run_splink.py FOLDER``. Blocking, comparisons and training as its guides advise.

It gets the same columns as Bangfu's matching, the sound of the name included; pairs of a probability of 0.9 or more,
the best of each entry, are written beside the sides.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

THRESHOLD = 0.9


def settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="key",
        comparisons=[
            cl.CustomComparison(
                output_column_name="name",
                comparison_levels=[
                    {"sql_condition": "name_l IS NULL OR name_r IS NULL", "label_for_charts": "null",
                     "is_null_level": True},
                    {"sql_condition": "name_l = name_r", "label_for_charts": "equal"},
                    {"sql_condition": "sound_l = sound_r", "label_for_charts": "sound"},
                    {"sql_condition": "levenshtein(name_l, name_r) <= 3", "label_for_charts": "one character"},
                    {"sql_condition": "ELSE", "label_for_charts": "other"},
                ],
            ),
            cl.DamerauLevenshteinAtThresholds("birth", [1, 2]),
            cl.DamerauLevenshteinAtThresholds("id_number", [1, 2]),
            cl.ExactMatch("sex"),
            cl.ExactMatch("village"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("id_number"),
            block_on("sound", "birth"),
            block_on("birth", "village"),
            block_on("sound", "village"),
            block_on("substr(id_number, 1, 14)", "substr(name, 1, 1)"),
        ],
    )  # fmt: skip


def main(folder: Path) -> None:
    warnings.filterwarnings("ignore")
    start, worked = time.perf_counter(), time.process_time()
    base = duckdb.connect()
    engine = DuckDBAPI(connection=base)
    sides = []
    for name in ("persons", "entries"):
        base.execute(f"""
            CREATE TABLE {name} AS SELECT key, id_number, name, sound, birth::VARCHAR AS birth, sex, village
            FROM read_parquet('{folder}/{name}.parquet')
        """)
        sides.append(engine.register(name, dataset_display_name=name))
    linker = Linker(sides, settings(), log_level=None)
    linker.training.estimate_probability_two_random_records_match([block_on("id_number")], recall=0.5)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("id_number"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("sound", "birth"))
    scored = linker.inference.predict(threshold_match_probability=THRESHOLD)
    seconds, cpu = time.perf_counter() - start, time.process_time() - worked
    table = scored.physical_name
    base.execute(f"""
        COPY (
            SELECT entry, person FROM (
                SELECT CASE WHEN source_dataset_l = 'entries' THEN key_l ELSE key_r END AS entry,
                    CASE WHEN source_dataset_l = 'entries' THEN key_r ELSE key_l END AS person, match_weight
                FROM {table}
            ) QUALIFY match_weight >= max(match_weight) OVER (PARTITION BY entry) - 1e-9
        ) TO '{folder}/pairs-splink.parquet'
    """)
    print(json.dumps({"seconds": seconds, "cpu": cpu}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
