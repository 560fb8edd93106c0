"""The raw registry as one Polars frame with what the checks need, as a good user of the peers would prepare it."""

from __future__ import annotations

from pathlib import Path

import polars as pl

DAY = 20151231
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"


def day(column: str) -> pl.Expr:
    date = pl.col(column).dt
    return date.year().cast(pl.Int32) * 10_000 + date.month().cast(pl.Int32) * 100 + date.day().cast(pl.Int32)


def persons(folder: Path) -> pl.LazyFrame:
    """Person rows with the number parsed, doubles counted, and the head's facts joined."""
    number = pl.col("id_number")
    shaped = number.str.contains(r"^\d{17}[\dX]$")
    raw = pl.scan_parquet(folder / "person.parquet").with_columns(
        pl.col("person_no", "household_no").cast(pl.Int64),
        shaped=shaped,
        body=number.str.slice(0, 17).cast(pl.Int64, strict=False),
        birth_date=day("birth_date"),
        identified_on=day("identified_on"),
    )
    digits = [pl.col("body") // 10 ** (16 - place) % 10 for place in range(17)]
    total = pl.sum_horizontal(digit * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
    parsed = raw.with_columns(
        id_birth=pl.when("shaped").then(pl.col("body") // 1000 % 100_000_000).cast(pl.Int32),
        id_date=pl.when("shaped").then(number.str.slice(6, 8)).str.to_date("%Y%m%d", strict=False),
        id_sex=2 - (pl.col("body") % 2).cast(pl.Int32),
        check=pl.when("shaped").then(
            (total % 11).replace_strict(dict(enumerate(CHECKS)), return_dtype=pl.String)
        ),
    ).with_columns(
        usable=pl.col("shaped")
        & pl.col("id_date").is_not_null()
        & (pl.col("check") == number.str.slice(17, 1)),
        age=((DAY - pl.col("birth_date")) // 10_000),
        at_school=(pl.col("school_status") > 0) & (pl.col("school_status") != 85),
        is_disabled=(pl.col("health") == 60) | pl.col("disability_grade").is_not_null(),
    )
    usable = parsed.filter("usable").select("body", "household_no")
    repeated = usable.group_by("body").len().filter(pl.col("len") > 1)
    doubles = (
        usable.join(repeated, on="body", how="semi")
        .group_by("body", "household_no")
        .agg(id_copies_here=pl.len())
        .with_columns(id_households=pl.len().over("body"))
    )
    heads = (
        parsed.filter(pl.col("relation") == 2)
        .group_by("household_no")
        .agg(head_birth=pl.col("birth_date").min(), head_sex=pl.col("sex").min())
    )
    homes = pl.scan_parquet(folder / "household.parquet").select(
        pl.col("household_no").cast(pl.Int64), household_identified_on=day("identified_on")
    )
    return (
        parsed.join(doubles, on=["body", "household_no"], how="left")
        .join(heads, on="household_no", how="left")
        .join(homes, on="household_no", how="left")
        .with_columns(
            pl.col("id_copies_here").fill_null(1),
            pl.col("id_households").fill_null(1),
            years_younger=(pl.col("birth_date") - pl.col("head_birth")) // 10_000,
        )
    )


def households(folder: Path) -> pl.LazyFrame:
    """Household rows with what the members add up to."""
    people = (
        pl.scan_parquet(folder / "person.parquet")
        .group_by(pl.col("household_no").cast(pl.Int64))
        .agg(
            members=pl.len(),
            heads=(pl.col("relation") == 2).sum(),
            spouses=pl.col("relation").is_in([10, 11, 12]).sum(),
            workers=(pl.col("work_months") > 0).sum(),
        )
    )
    return (
        pl.scan_parquet(folder / "household.parquet")
        .with_columns(
            pl.col("household_no").cast(pl.Int64),
            exited_on=day("exited_on"),
            identified_on=day("identified_on"),
        )
        .join(people, on="household_no", how="left")
        .with_columns(
            parts=pl.col("income_wage")
            + pl.col("income_business")
            + pl.col("income_property")
            + pl.col("income_transfer")
            - pl.col("production_cost"),
            exited=pl.col("exit_mark") == 1,
        )
    )
