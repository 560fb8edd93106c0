"""Writing very many rows at once. Called only from ``actions`` (one of which leaves the audit row)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

BATCH = 2_000
Convert = Callable[[Any], Any]
_WHOLE = frozenset(
    {
        "AutoField",
        "BigAutoField",
        "BigIntegerField",
        "IntegerField",
        "PositiveBigIntegerField",
        "PositiveIntegerField",
        "PositiveSmallIntegerField",
        "SmallAutoField",
        "SmallIntegerField",
    }
)


class _Column:
    """How the values of one column become what the database stores, prepared once.

    Values of the types in ``kept`` go in unchanged; those in ``quick`` through a short conversion; all
    others, and all values of fields that are not Django's own, through the field itself.
    """

    def __init__(self, field: models.Field[Any, Any], connection: BaseDatabaseWrapper) -> None:
        self.slow: Convert = lambda value: field.get_db_prep_save(value, connection)
        self.kept: frozenset[type] = frozenset({type(None)})
        self.quick: dict[type, Convert] = {}
        target = _target(field)
        if not type(target).__module__.startswith("django.db.models."):
            return
        kind, on_sqlite = target.get_internal_type(), connection.vendor == "sqlite"
        if kind in ("CharField", "TextField"):
            self.kept |= {str}
        elif kind in _WHOLE:
            self.kept |= {int}
        elif kind == "BooleanField":
            self.kept |= {bool}
        elif kind == "FloatField":
            self.kept |= {float}
        elif kind == "BinaryField":
            self.kept |= {bytes}
        elif kind == "DateField":
            self._take(date, date.isoformat, on_sqlite)
        elif kind == "UUIDField":
            self._take(UUID, lambda value: value.hex, on_sqlite)
        elif kind == "DateTimeField":
            self.quick[datetime] = (_sqlite_moment if on_sqlite else _moment)(connection, self.slow)

    def _take(self, kind: type, convert: Convert, on_sqlite: bool) -> None:
        if on_sqlite:
            self.quick[kind] = convert
        else:
            self.kept |= {kind}

    def converted(self, values: Sequence[Any]) -> Sequence[Any]:
        kinds = set(map(type, values))
        if kinds <= self.kept:
            return values
        ways = {kind: self.quick.get(kind, self.slow) for kind in kinds - self.kept}
        if len(kinds) == 1:
            (way,) = ways.values()
            return list(map(way, values))
        return [ways[type(value)](value) if type(value) in ways else value for value in values]


def _target(field: models.Field[Any, Any]) -> models.Field[Any, Any]:
    """The field whose kind of value is stored: for a foreign key the one it points at."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field


def _moment(connection: BaseDatabaseWrapper, slow: Convert) -> Convert:
    """Aware moments go in unchanged; naive ones go to the field, which complains."""
    return lambda value: value if value.tzinfo is not None else slow(value)


def _sqlite_moment(connection: BaseDatabaseWrapper, slow: Convert) -> Convert:
    """Aware moments as Django stores them on SQLite: naive text in the connection's time zone."""
    zone = connection.timezone

    def convert(value: datetime) -> Any:
        if value.tzinfo is UTC and zone is UTC:
            return str(value.replace(tzinfo=None))
        if value.tzinfo is None or zone is None:
            return slow(value)
        return str(value.astimezone(zone).replace(tzinfo=None))

    return convert


def insert(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    using: str = "default",
) -> int:
    """Write ``rows`` into the table of ``model`` in the caller's transaction and return their number.

    ``columns`` are field or attribute names (``owner`` or ``owner_id``), ``rows`` sequences of values in that
    order, stored exactly as ``Model.objects.create`` would (a foreign key takes the key). Columns left out
    get the database's default or NULL: Python defaults, ``auto_now``, ``save`` and signals do not run, and a
    PostgreSQL sequence is not moved past keys given here. PostgreSQL: COPY. SQLite: executemany, about 100
    000 rows of 10 columns a second. Raises IntegrityError or DataError as ``create`` would; then none of the
    rows is there. Raises ValueError when a row has more or fewer values than ``columns``.
    """
    connection = connections[using]
    fields = [_field(model, name) for name in columns]
    with transaction.atomic(using=using):
        if connection.vendor == "postgresql":
            return _copy(connection, model, fields, rows)
        return _execute_many(connection, model, fields, rows)


def _field(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field) or field.column is None:
        raise ValueError(f"{model._meta.label}.{name} is not a column")
    return field


def _batches(
    connection: BaseDatabaseWrapper, fields: Sequence[models.Field[Any, Any]], rows: Iterable[Sequence[Any]]
) -> Iterator[list[tuple[Any, ...]]]:
    columns = [_Column(field, connection) for field in fields]
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        transposed = list(zip(*batch, strict=True))
        if len(transposed) != len(columns):
            raise ValueError(f"a row has {len(transposed)} values for {len(columns)} columns")
        yield list(
            zip(
                *(column.converted(values) for column, values in zip(columns, transposed, strict=True)),
                strict=True,
            )
        )


def _names(connection: BaseDatabaseWrapper, fields: Sequence[models.Field[Any, Any]]) -> str:
    return ", ".join(_column(connection, field) for field in fields)


def _column(connection: BaseDatabaseWrapper, field: models.Field[Any, Any]) -> str:
    name: str = connection.ops.quote_name(str(field.column))
    return name


def _copy(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    fields: Sequence[models.Field[Any, Any]],
    rows: Iterable[Sequence[Any]],
) -> int:
    table = connection.ops.quote_name(model._meta.db_table)
    statement = f"COPY {table} ({_names(connection, fields)}) FROM STDIN"
    written = 0
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for batch in _batches(connection, fields, rows):
            for row in batch:
                copy.write_row(row)
            written += len(batch)
    return written


def _execute_many(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    fields: Sequence[models.Field[Any, Any]],
    rows: Iterable[Sequence[Any]],
) -> int:
    table = connection.ops.quote_name(model._meta.db_table)
    marks = ", ".join("?" * len(fields))
    names = _names(connection, fields)
    statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - quoted names
    written = 0
    for batch in _batches(connection, fields, rows):
        with connection.wrap_database_errors:
            connection.connection.executemany(statement, batch)
        written += len(batch)
    return written


def update(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    using: str = "default",
) -> int:
    """Set ``columns`` of many rows, each to its own values, and return their number.

    ``rows`` are the primary key followed by the values in the order of ``columns``, stored as ``save`` would
    store them. In the caller's transaction; signals and ``auto_now`` do not run.
    """
    connection = connections[using]
    key, fields = model._meta.pk, [_field(model, name) for name in columns]
    table = connection.ops.quote_name(model._meta.db_table)
    sets = ", ".join(f"{_column(connection, field)} = %s" for field in fields)
    statement = f"UPDATE {table} SET {sets} WHERE {_column(connection, key)} = %s"  # noqa: S608 - quoted names
    written = 0
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for batch in _batches(connection, [key, *fields], rows):
            cursor.executemany(statement, [(*values, row) for row, *values in batch])
            written += len(batch)
    return written


def replace_values(
    model: type[models.Model], column: str, changes: Sequence[tuple[Any, Any, Any]], *, using: str = "default"
) -> int:
    """Set ``column`` where it still holds what was read: ``changes`` are (primary key, value read, new
    value).

    In the caller's transaction. Returns how many rows were changed; a row that somebody else wrote meanwhile
    is left.
    """
    connection = connections[using]
    key, field = model._meta.pk, _field(model, column)
    table, name = connection.ops.quote_name(model._meta.db_table), _column(connection, field)
    whose = f"{_column(connection, key)} = %s AND {name} = %s"
    statement = f"UPDATE {table} SET {name} = %s WHERE {whose}"  # noqa: S608 - quoted names
    prepared = [
        (
            field.get_db_prep_save(new, connection),
            key.get_db_prep_save(row, connection),
            field.get_db_prep_save(read, connection),
        )
        for row, read, new in changes
    ]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.executemany(statement, prepared)
        changed: int = cursor.rowcount
        return changed
