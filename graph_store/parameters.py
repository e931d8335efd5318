"""A query's parameters as values that travel safely.

The driver reads a time zone of `zoneinfo` through a class that is no datetime, which gives wrong
times or ends the process; so such a time goes with the same zone of pytz, which the driver uses
itself.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from graph_store.dialect import Dialect
from graph_store.errors import QueryError

WGS84 = (4326, 4979)
_PLAIN = (type(None), bool, int, float, str, bytes, bytearray)


def prepared(parameters: Mapping[str, Any], dialect: Dialect, *, write: bool) -> dict[str, Any]:
    """The parameters as the driver may send them to this engine.

    Raises:
        QueryError: the type of a value is none of Cypher's, or the engine would keep it wrongly.
    """

    def ready(value: Any) -> Any:
        match value:
            case dict():
                return {_key(key): ready(each) for key, each in value.items()}
            case list() | tuple() if not _is_point(value):
                return [ready(each) for each in value]
            case datetime.datetime():
                _check_stored(value, dialect, write=write)
                return _moment(value)
            case datetime.time():
                return _time(value)
            case _ if isinstance(value, (*_PLAIN, datetime.date, datetime.timedelta)):
                return value
            case _:
                return _drivers_own(value, dialect)

    return {_key(key): ready(each) for key, each in parameters.items()}


def _key(key: Any) -> str:
    if isinstance(key, str):
        return key
    raise QueryError(f"a parameter's key is {key!r}", hint="Keys of maps are text.")


def _is_point(value: Any) -> bool:
    from neo4j.spatial import Point

    return isinstance(value, Point)


def _drivers_own(value: Any, dialect: Dialect) -> Any:
    from neo4j import time

    if _is_point(value):
        if not dialect.keeps_parameters and value.srid in WGS84:
            raise QueryError(
                "the bundled server loses the longitude of a point that is a parameter",
                hint="Make it in the query: point({longitude: $x, latitude: $y}).",
            )
        return value
    if isinstance(value, time.Date | time.DateTime | time.Time | time.Duration):
        return value
    kind = type(value).__name__
    if type(value).__module__ in ("numpy", "pandas") or kind in ("ndarray", "DataFrame", "Series"):
        return value  # the driver knows how
    raise QueryError(
        f"a parameter has the type {kind}, which Cypher does not know",
        hint="Use text, numbers, true or false, bytes, dates and times, lists and maps.",
    )


def _check_stored(value: datetime.datetime, dialect: Dialect, *, write: bool) -> None:
    if write and value.tzinfo is not None and not dialect.keeps_parameters:
        raise QueryError(
            "the bundled server would store this time without its zone",
            hint="Hand it over as text (isoformat()) and write datetime($text).",
        )


def _moment(value: datetime.datetime) -> datetime.datetime:
    if not isinstance(value.tzinfo, ZoneInfo) or value.tzinfo.key is None:
        return value
    import pytz

    return value.astimezone(datetime.UTC).astimezone(pytz.timezone(value.tzinfo.key))


def _time(value: datetime.time) -> datetime.time:
    if value.tzinfo is None:
        return value
    import pytz

    offset = value.utcoffset()
    if offset is None:
        raise QueryError("a time of day without a date has no offset in this time zone")
    return value.replace(tzinfo=pytz.FixedOffset(int(offset.total_seconds()) // 60))
