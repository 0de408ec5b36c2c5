"""Field habits that every table shares."""

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.utils import timezone


class UuidModel(models.Model):
    """A row that may be named in a URL: its id is random, so that nothing can be counted or guessed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True


def codes_field(**kwargs: Any) -> ArrayField:
    """A list of codes from `samenhier.core.reference`; stored as text so that SQL can read it."""
    return ArrayField(models.CharField(max_length=24), default=list, blank=True, **kwargs)


@models.UUIDField.register_lookup
@models.ForeignKey.register_lookup
class Among(models.Lookup):
    """`pk__among=ids`: like `in`, but one parameter however many ids there are, which a prepared query can be given."""

    lookup_name = "among"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The ids as an array."""
        return "%s", (list(value),)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """`= ANY(…)`."""
        ids, ids_params = self.process_rhs(compiler, connection)
        column, column_params = self.process_lhs(compiler, connection)
        return f"{column} = ANY({ids})", (*column_params, *ids_params)


def one_of(field: str, choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """A check constraint: the database, too, knows only the states of the enum."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": choices.values}), name=name)


def insert_new(rows: Sequence[models.Model]) -> None:
    """Insert new rows with one statement, and pass over those whose unique key is known.

    The values travel as one array for each column. `bulk_create` does that too, but not as soon as the table has a binary
    column: then it takes a placeholder for each value, which costs several times as much. Values go as they are, so they
    must have the type of their field; not for array and JSON columns.
    """
    if not rows:
        return
    meta = type(rows[0])._meta
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in meta.concrete_fields)
    arrays = ", ".join(
        f"%s::{str(field.db_type(connection)).partition('(')[0]}[]" for field in meta.concrete_fields
    )
    now = timezone.now()
    values = [
        [now] * len(rows)
        if getattr(field, "auto_now_add", False)
        else [getattr(row, field.attname) for row in rows]
        for field in meta.concrete_fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(meta.db_table)} ({columns})"  # noqa: S608 - names of our own columns
            f" SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING",
            values,
        )


def insert_as_json(
    model: type[models.Model], rows: Sequence[Mapping[str, Any]], *, shared: Mapping[str, Any]
) -> None:
    """Insert new rows with one statement; what differs between them travels as one JSON text.

    `rows` (all with the same names) and `shared` (the same for each row) give values by attribute name of the field, such as
    `group_id`; other fields get their default, the primary key a new one. Values of `rows` must be fit for JSON. For tables
    with JSON columns: `bulk_create` costs several times as much.
    """
    if not rows:
        return
    meta = model._meta
    columns: list[str] = []
    sources: list[str] = []
    values: list[Any] = []
    for field in meta.concrete_fields:
        name = connection.ops.quote_name(str(field.column))
        columns.append(name)
        if field.primary_key or field.attname in rows[0]:
            sources.append(f"new.{name}")
        else:
            sources.append(f"%s::{field.db_type(connection)}")
            value = shared[field.attname] if field.attname in shared else field.get_default()
            values.append(field.get_db_prep_save(value, connection))
    key, table = meta.pk, connection.ops.quote_name(meta.db_table)
    named = [{key.attname: str(key.get_default()), **row} for row in rows]
    text = json.dumps(named, separators=(",", ":"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)})"  # noqa: S608 - names of our own columns
            f" SELECT {', '.join(sources)} FROM json_populate_recordset(NULL::{table}, %s) AS new",
            [*values, text],
        )
