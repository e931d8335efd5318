"""Cypher's dates, times and durations, on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from graph_store.store import GraphStore
from tests.cypher_cases import ask, assert_same, case


def zone(hours: int) -> timezone:
    return timezone(timedelta(hours=hours))


TIMES = [
    case(
        "date",
        "RETURN date('2020-02-29'), date({year: 2020, month: 2, day: 3}), "
        "date('20200101'), date('2020-W05-3'), date('2020-060'), date('2020'), "
        "date('2020-05')",
        (
            date(2020, 2, 29),
            date(2020, 2, 3),
            date(2020, 1, 1),
            date(2020, 1, 29),
            date(2020, 2, 29),
            date(2020, 1, 1),
            date(2020, 5, 1),
        ),
    ),
    case(
        "date-parts",
        "RETURN date({year: 2020, week: 1}), date({year: 2020, quarter: 2}), date({year: "
        "2020, ordinalDay: 60}), date({date: date('2020-05-06'), day: 1})",
        (date(2019, 12, 30), date(2020, 4, 1), date(2020, 2, 29), date(2020, 5, 1)),
    ),
    case(
        "first-and-last",
        "RETURN date('0001-01-01'), date('9999-12-31'), date(null)",
        (date(1, 1, 1), date(9999, 12, 31), None),
    ),
    case(
        "datetime",
        "RETURN datetime('2020-01-02T03:04:05Z'), datetime('2020-01-02T03:04:05+02:00'), "
        "datetime('2020-01-02T03:04:05'), datetime({year: 2020})",
        (
            datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC),
            datetime(2020, 1, 2, 3, 4, 5, tzinfo=zone(2)),
            datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC),
            datetime(2020, 1, 1, 0, 0, 0, tzinfo=UTC),
        ),
    ),
    case(
        "zone",
        "RETURN datetime('2020-06-02T03:04:05[Europe/Paris]'), datetime({year: 2020, "
        "month: 1, day: 2, hour: 3, timezone: 'Europe/Paris'})",
        (
            datetime(2020, 6, 2, 3, 4, 5, tzinfo=zone(2)),
            datetime(2020, 1, 2, 3, 0, 0, tzinfo=zone(1)),
        ),
    ),
    case(
        "epoch",
        "RETURN datetime({epochSeconds: 0}), datetime({epochMillis: 1000}), "
        "datetime.fromepoch(1, 0)",
        (
            datetime(1970, 1, 1, 0, 0, 0, tzinfo=UTC),
            datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC),
            datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC),
        ),
    ),
    case(
        "local",
        "RETURN localdatetime('2020-01-02T03:04:05.123'), localtime('03:04:05.5'), "
        "time('03:04:05Z'), time('03:04:05+01:00'), time({hour: 5})",
        (
            datetime(2020, 1, 2, 3, 4, 5, 123000),
            time(3, 4, 5, 500000),
            time(3, 4, 5, tzinfo=UTC),
            time(3, 4, 5, tzinfo=zone(1)),
            time(5, 0, tzinfo=UTC),
        ),
    ),
    case(
        "microseconds",
        "RETURN datetime('2020-01-02T03:04:05.123456789Z')",
        (datetime(2020, 1, 2, 3, 4, 5, 123456, UTC),),
    ),
    case(
        "duration",
        "RETURN duration('P1Y2M3DT4H5M6.7S'), duration({days: 1, hours: 25}), "
        "duration('P1W'), duration({months: 14}), duration('PT90M'), duration('-P1D')",
        ("P1Y2M3DT4H5M6.7S", "P1DT25H", "P7D", "P1Y2M", "PT1H30M", "P-1D"),
    ),
    case(
        "duration-fractions",
        "RETURN duration({seconds: 1, milliseconds: 5}), duration({days: 1.5}), "
        "duration({months: 1.5}), duration('P0.5Y'), duration({minutes: -1})",
        ("PT1.005S", "P1DT12H", "P1M15DT5H14M33S", "P6M", "PT-1M"),
    ),
    case(
        "date-fields",
        "WITH date('2020-02-29') AS d RETURN d.year, d.month, d.day, d.week, d.weekYear, "
        "d.dayOfWeek, d.ordinalDay, d.quarter, d.dayOfQuarter",
        (2020, 2, 29, 9, 2020, 6, 60, 1, 60),
    ),
    case(
        "datetime-fields",
        "WITH datetime('2020-01-02T03:04:05.678901234+01:00') AS d RETURN d.hour, "
        "d.minute, d.second, d.millisecond, d.microsecond, d.nanosecond, d.timezone, "
        "d.offset, d.offsetMinutes, d.epochSeconds, d.epochMillis",
        (3, 4, 5, 678, 678901, 678901234, "+01:00", "+01:00", 60, 1577930645, 1577930645678),
    ),
    case(
        "duration-fields",
        "WITH duration('P1Y2M3DT4H5M6.7S') AS d RETURN d.years, d.months, d.days, "
        "d.hours, d.minutes, d.seconds, d.milliseconds, d.monthsOfYear, d.minutesOfHour, "
        "d.secondsOfMinute",
        (1, 14, 3, 4, 245, 14706, 14706700, 2, 5, 6),
    ),
    case(
        "arithmetic",
        "RETURN date('2020-01-31') + duration('P1M'), date('2020-01-01') - "
        "duration('P1D'), datetime('2020-01-01T00:00:00Z') + duration('PT36H'), "
        "duration('P1D') + duration('PT1H'), duration('P1D') * 2, duration('P2D') / 2",
        (
            date(2020, 2, 29),
            date(2019, 12, 31),
            datetime(2020, 1, 2, 12, 0, 0, tzinfo=UTC),
            "P1DT1H",
            "P2D",
            "P1D",
        ),
    ),
    case(
        "between",
        "WITH date('2020-01-01') AS a, date('2021-03-04') AS b RETURN duration.between(a, "
        "b), duration.inDays(a, b), duration.inMonths(a, b), duration.inSeconds(a, a + "
        "duration('P1D'))",
        ("P1Y2M3D", "P428D", "P1Y2M", "PT24H"),
    ),
    case(
        "truncate",
        "WITH date('2020-05-17') AS d RETURN date.truncate('month', d), "
        "date.truncate('year', d), date.truncate('week', d), date.truncate('quarter', d)",
        (date(2020, 5, 1), date(2020, 1, 1), date(2020, 5, 11), date(2020, 4, 1)),
    ),
    case(
        "truncate-times",
        "RETURN datetime.truncate('hour', datetime('2020-01-02T03:04:05Z')), "
        "localdatetime.truncate('day', localdatetime('2020-01-02T03:04:05')), "
        "time.truncate('minute', time('03:04:05Z')), localtime.truncate('hour', "
        "localtime('03:04:05'))",
        (
            datetime(2020, 1, 2, 3, 0, 0, tzinfo=UTC),
            datetime(2020, 1, 2, 0, 0),
            time(3, 4, tzinfo=UTC),
            time(3, 0),
        ),
    ),
    case(
        "comparison",
        "RETURN date('2020-01-01') < date('2021-01-01'), "
        "datetime('2020-01-01T01:00:00+01:00') = datetime('2020-01-01T00:00:00Z'), "
        "datetime('2020-01-01T01:00:00+01:00') <= datetime('2020-01-01T00:00:00Z'), "
        "duration('P1D') = duration('PT24H')",
        (True, False, False, False),
    ),
    case(
        "now",
        "RETURN date() >= date('2020-01-01'), datetime() > "
        "datetime('2020-01-01T00:00:00Z'), timestamp() > 0, date.statement() = "
        "date.transaction(), localtime() IS NOT NULL",
        (True, True, True, True, True),
    ),
    case(
        "order",
        "UNWIND [date('2021-01-01'), date('2020-01-01')] AS d RETURN d ORDER BY d",
        (date(2020, 1, 1),),
        (date(2021, 1, 1),),
    ),
    case(
        "text",
        "RETURN toString(date('2020-01-02')), toString(datetime('2020-01-02T03:04:05Z')), "
        "toString(duration('P1DT2H')), "
        "toString(datetime('2020-06-02T03:04:05[Europe/Paris]'))",
        ("2020-01-02", "2020-01-02T03:04:05Z", "P1DT2H", "2020-06-02T03:04:05+02:00[Europe/Paris]"),
    ),
    case(
        "date-parameter",
        "RETURN $d AS d, $d.year AS y",
        (date(2020, 1, 2), 2020),
        d=date(2020, 1, 2),
    ),
    case(
        "local-parameter",
        "RETURN $d AS d, $d.hour AS h",
        (datetime(2020, 1, 2, 3, 4, 5, 678), 3),
        d=datetime(2020, 1, 2, 3, 4, 5, 678),
    ),
    case(
        "utc-parameter",
        "RETURN $d AS d, $d = datetime('2020-01-02T03:04:05Z') AS same",
        (datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC), True),
        d=datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC),
    ),
    case(
        "zone-parameter",
        "RETURN $d AS d, $d.timezone AS z",
        (datetime(2020, 6, 2, 3, 4, 5, tzinfo=zone(2)), "Europe/Paris"),
        d=datetime(2020, 6, 2, 3, 4, 5, tzinfo=ZoneInfo("Europe/Paris")),
    ),
    case(
        "offset-parameter",
        "RETURN $d AS d, $d.offset AS o",
        (datetime(2020, 1, 2, 3, 4, 5, tzinfo=zone(2)), "+02:00"),
        d=datetime(2020, 1, 2, 3, 4, 5, tzinfo=zone(2)),
    ),
    case("time-parameter", "RETURN $t AS t, $t.hour AS h", (time(3, 4, 5), 3), t=time(3, 4, 5)),
    case(
        "time-zone-parameter",
        "RETURN $t AS t",
        (time(3, 4, 5, tzinfo=UTC),),
        t=time(3, 4, 5, tzinfo=UTC),
    ),
    case(
        "duration-parameter",
        "RETURN $d AS d, $d.days AS n",
        ("P2DT5S", 2),
        d=timedelta(days=2, seconds=5),
    ),
]


@pytest.mark.parametrize(("query", "parameters", "rows"), TIMES)
def test_times(session_store: GraphStore, query: str, parameters: Any, rows: Any) -> None:
    assert_same(ask(session_store, query, parameters, write=False), rows)
