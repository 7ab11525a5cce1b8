"""Spark as a warehouse: local, or a cluster by Spark Connect; tables are those of its catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ibis
import pyarrow as pa

from cmreview.review.warehouse.engine import Engine, Trouble, columns_of, one_line, rounding, standard

LOCAL = "spark://local"
_KINDS = {
    "string": "text",
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), "whole"),
    **dict.fromkeys(("float", "double"), "floating"),
    **dict.fromkeys(("timestamp", "timestamp_ntz"), "moment"),
    "date": "date",
    "boolean": "flag",
}
# A product keeps all its places, and what does not fit is an error, never a null or a rounded sum.
_EXACT = {"spark.sql.decimalOperations.allowPrecisionLoss": "false", "spark.sql.ansi.enabled": "true"}


def connect(url: str) -> Engine:
    """Spark as a warehouse: ``spark://local`` or ``sc://HOST:PORT``. Raises Trouble where nothing answers."""
    from pyspark.errors import PySparkException  # has an environment of its own
    from pyspark.sql import SparkSession

    builder = SparkSession.builder
    try:
        if url == LOCAL:
            builder = builder.master("local[*]").config("spark.ui.enabled", "false")
        else:
            builder = builder.remote(url)
        session = builder.appName("cmreview").getOrCreate()
    except (PySparkException, RuntimeError, OSError) as error:
        raise Trouble(one_line(error)) from error
    return over(session, session.stop)


def over(session: Any, close: Callable[[], None]) -> Engine:
    """A session that is there already as a warehouse; it is set to compute exactly."""
    from pyspark.errors import PySparkException

    for key, value in _EXACT.items():
        session.conf.set(key, value)

    def answer(sql: str) -> Any:
        try:
            return session.sql(sql)
        except PySparkException as error:
            raise Trouble(one_line(error)) from error

    def rows(sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        found = answer(sql)
        try:
            return list(found.columns), [tuple(row) for row in found.collect()]
        except PySparkException as error:
            raise Trouble(one_line(error)) from error

    def ask(sql: str, schema: pa.Schema) -> pa.Table:
        return columns_of(schema, rows(sql)[1], lambda _, value: value)

    def described(select: str) -> Mapping[str, str]:
        found = answer(f"SELECT * FROM (\n{select}\n) AS given LIMIT 0")
        return {
            name: "decimal" if kind.startswith("decimal") else _KINDS.get(kind, kind)
            for name, kind in found.dtypes
        }

    def lend(name: str, table: pa.Table) -> str:
        own = f"lent_{name}"
        types = ", ".join(
            f"{field.name} {'date' if pa.types.is_date(field.type) else 'string'}" for field in table.schema
        )
        values = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
        session.createDataFrame(values, types).createOrReplaceTempView(own)
        return f"SELECT * FROM {own}"

    return Engine(
        kind="spark",
        statement=_statement,
        ask=ask,
        rows=rows,
        described=described,
        typed=standard("`", "STRING"),
        doubted=rounding("`"),
        lend=lend,
        close=close,
    )


def _statement(expression: ibis.Table) -> str:
    return str(ibis.to_sql(expression, dialect="pyspark"))
