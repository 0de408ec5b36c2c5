"""Queries that Django composes once for the life of the process.

Composing a query costs more than Postgres needs to answer it from an index: of a page that asks twenty short questions,
such as the work list, it was two thirds of the time. A prepared query keeps its SQL and takes only its values anew.
"""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Aggregate, Expression, Field, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler


class Given(Expression):
    """Stands for a value of a prepared query: a filter may compare with it, and may compute with it."""

    def __init__(self, name: str, output_field: "Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """A place in the SQL, with itself as the parameter; the call puts the value there."""
        return "%s", (self,)


class Prepared:
    """A `values_list` of which the SQL is known; called with its values it gives the rows."""

    def __init__(self, compose: Callable[..., QuerySet[Any]], fields: "dict[str, Field[Any, Any]]") -> None:
        self.compose = compose
        self.fields = fields
        self.__doc__ = compose.__doc__

    @cached_property
    def _composed(self) -> tuple[SQLCompiler, dict[int, Any], str, tuple[Any, ...]]:
        """The compiler, what it converts, the SQL and its parameters, of which some are `Given`."""
        given = {name: Given(name, field) for name, field in self.fields.items()}
        compiler = self.compose(**given).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        if any(isinstance(one, date) for one in params):
            raise TypeError(f"{self.compose.__qualname__} keeps a moment that it should be given.")
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        return compiler, converters, sql, tuple(params)

    def __call__(self, **values: Any) -> list[tuple[Any, ...]]:
        """The rows for these values: one for each name the query was declared with."""
        compiler, converters, sql, params = self._composed
        known = {
            name: field.get_db_prep_value(values[name], connection) for name, field in self.fields.items()
        }
        with connection.cursor() as cursor:
            cursor.execute(sql, [known[one.name] if isinstance(one, Given) else one for one in params])
            rows = cursor.fetchall()
        return [tuple(row) for row in compiler.apply_converters(rows, converters)] if converters else rows


def together(rows: QuerySet[Any], *figures: Aggregate) -> QuerySet[Any]:
    """`aggregate` as a query: one row with these figures of all rows."""
    named = {f"figure_{number}": figure for number, figure in enumerate(figures)}
    return rows.order_by().values(all=Value(1)).annotate(**named).values_list(*named)


def prepared(**fields: "Field[Any, Any]") -> Callable[[Callable[..., QuerySet[Any]]], Prepared]:
    """Declare a prepared query: the names of its values with their types, above the function that composes it.

    @prepared(town=UUIDField(), since=DateTimeField())
    def newest(town, since):
        return Match.objects.filter(municipality=town, created_at__gt=since).values_list("pk", "created_at")[:50]

    newest(town=town.pk, since=timezone.now() - timedelta(days=7))
    """
    return lambda compose: Prepared(compose, fields)
