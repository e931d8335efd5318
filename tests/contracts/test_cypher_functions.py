"""Cypher's functions of text, lists, numbers and points, on both engines."""

from __future__ import annotations

from typing import Any

import pytest

from graph_store.store import GraphStore
from tests.cypher_cases import NAN, ask, assert_same, case

INF = float("inf")

STRINGS = [
    case(
        "case",
        "RETURN toUpper('aé'), toLower('AÉ'), upper('a'), lower('A'), toUpper(null)",
        ("AÉ", "aé", "A", "a", None),
    ),
    case(
        "trim",
        "RETURN trim('  a '), ltrim('  a '), rtrim(' a  '), btrim(' a '), trim(BOTH 'x' "
        "FROM 'xax'), ltrim('xxa', 'x')",
        ("a", "a ", " a", "a", "a", "a"),
    ),
    case(
        "parts",
        "RETURN substring('abcdef', 2), substring('abcdef', 1, 2), left('abc', 2), "
        "right('abc', 2), substring('abc', 1, 10)",
        ("cdef", "bc", "ab", "bc", "bc"),
    ),
    case(
        "replace-split",
        "RETURN replace('abab', 'a', 'x'), split('a,b,,c', ','), split('abc', ''), "
        "split('', ','), reverse('abc')",
        ("xbxb", ["a", "b", "", "c"], ["a", "b", "c"], [""], "cba"),
    ),
    case(
        "size",
        "RETURN size('abc'), char_length('abc'), character_length('a'), size('😀é'), isEmpty('')",
        (3, 3, 1, 2, True),
    ),
    case(
        "beyond-16-bits",
        "RETURN reverse('😀a'), left('😀a', 1), substring('😀ab', 1)",
        ("a😀", "😀", "ab"),
    ),
    case(
        "operators",
        "RETURN 'abc' STARTS WITH 'a', 'abc' ENDS WITH 'c', 'abc' CONTAINS 'b', 'abc' "
        "CONTAINS null",
        (True, True, True, None),
    ),
    case(
        "regex",
        "RETURN 'abc' =~ 'a.*', 'abc' =~ 'b', 'ABC' =~ '(?i)abc', 'a\nb' =~ 'a.b', 'é😀' =~ "
        "'\\\\p{L}.', null =~ 'a'",
        (True, False, True, False, True, None),
    ),
    case(
        "to-string",
        "RETURN toString(1), toString(1.0), toString(true), toString(null), "
        "toString(1e20), toString(0.1), toString(1e-7)",
        ("1", "1.0", "true", None, "1.0E20", "0.1", "1.0E-7"),
    ),
    case(
        "to-integer",
        "RETURN toInteger('42'), toInteger('4.9'), toInteger(-4.9), toInteger('x'), "
        "toInteger(true), toInteger(null)",
        (42, 4, -4, None, 1, None),
    ),
    case(
        "to-float-and-boolean",
        "RETURN toFloat('1.5'), toFloat(1), toFloat('x'), toBoolean('true'), "
        "toBoolean('x'), toBoolean(1)",
        (1.5, 1.0, None, True, None, True),
    ),
    case(
        "or-null",
        "RETURN toIntegerOrNull([]), toFloatOrNull(true), toStringOrNull([]), toBooleanOrNull(1.5)",
        (None, None, None, None),
    ),
    case(
        "of-lists",
        "RETURN toIntegerList(['1', 'x', 2.5]), toStringList([1, true]), "
        "toFloatList(['1']), toBooleanList(['true', 'z'])",
        ([1, None, 2], ["1", "true"], [1.0], [True, None]),
    ),
]


@pytest.mark.parametrize(("query", "parameters", "rows"), STRINGS)
def test_strings(session_store: GraphStore, query: str, parameters: Any, rows: Any) -> None:
    assert_same(ask(session_store, query, parameters, write=False), rows)


LISTS = [
    case(
        "index-and-slice",
        "RETURN [1, 2, 3][0], [1, 2, 3][-1], [1, 2, 3][5], [1, 2, 3][1..], [1, 2, "
        "3][..2], [1, 2, 3][-2..]",
        (1, 3, None, [2, 3], [1, 2], [2, 3]),
    ),
    case(
        "maps", "RETURN {a: 1}.a, {a: 1}['a'], {a: 1}.z, size(keys({b: 1, a: 2}))", (1, 1, None, 2)
    ),
    case(
        "range",
        "RETURN range(1, 5), range(5, 1, -2), range(1, 0)",
        ([1, 2, 3, 4, 5], [5, 3, 1], []),
    ),
    case(
        "functions",
        "RETURN head([1, 2]), last([1, 2]), tail([1, 2, 3]), head([]), size([1]), "
        "reverse([1, 2]), isEmpty([]), isEmpty({})",
        (1, 2, [2, 3], None, 1, [2, 1], True, True),
    ),
    case(
        "coalesce",
        "RETURN coalesce(null, 1, 2), coalesce(null), nullIf(1, 1), nullIf(1, 2)",
        (1, None, None, 1),
    ),
]


@pytest.mark.parametrize(("query", "parameters", "rows"), LISTS)
def test_lists(session_store: GraphStore, query: str, parameters: Any, rows: Any) -> None:
    assert_same(ask(session_store, query, parameters, write=False), rows)


MATHS = [
    case(
        "operators",
        "RETURN 5 / 2, -5 / 2, 5 % 3, -5 % 3, 5.0 / 2, 2 ^ 3, 5 % 2.5, 2 ^ 3 ^ 2, -2 ^ 2, "
        "2 + 3 * 4",
        (2, -2, 2, -2, 2.5, 8.0, 0.0, 64.0, 4.0, 14),
    ),
    case(
        "rounding",
        "RETURN abs(-5), abs(-1.5), sign(-3), sign(0.0), ceil(1.2), floor(-1.2), "
        "round(1.5), round(-1.5), round(2.5), abs(null)",
        (5, 1.5, -1, 0, 2.0, -2.0, 2.0, -1.0, 3.0, None),
    ),
    case(
        "rounding-modes",
        "RETURN round(1.2345, 2), round(1.25, 1, 'HALF_EVEN'), round(1.25, 1, 'UP'), "
        "round(-1.55, 1), round(1.5, 0, 'HALF_DOWN')",
        (1.23, 1.2, 1.3, -1.6, 1.0),
    ),
    case(
        "logarithms",
        "RETURN sqrt(16), exp(0), log(1), log10(100), e(), pi(), sqrt(-1), log(0)",
        (4.0, 1.0, 0.0, 2.0, 2.718281828459045, 3.141592653589793, NAN, -INF),
    ),
    case(
        "trigonometry",
        "RETURN sin(0), cos(0), tan(0), asin(0), acos(1), atan(0), atan2(0, 1), "
        "round(cot(1), 12), degrees(pi()), haversin(0)",
        (0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.642092615934, 180.0, 0.0),
    ),
    case("random", "RETURN rand() < 1, size(randomUUID())", (True, 36)),
]


@pytest.mark.parametrize(("query", "parameters", "rows"), MATHS)
def test_maths(session_store: GraphStore, query: str, parameters: Any, rows: Any) -> None:
    assert_same(ask(session_store, query, parameters, write=False), rows)


POINTS = [
    case(
        "made",
        "RETURN point({x: 1, y: 2}), point({x: 1, y: 2, z: 3}), point({longitude: 1, "
        "latitude: 2}), point({longitude: 1, latitude: 2, height: 3})",
        (
            {"coordinates": [1.0, 2.0], "srid": 7203},
            {"coordinates": [1.0, 2.0, 3.0], "srid": 9157},
            {"coordinates": [1.0, 2.0], "srid": 4326},
            {"coordinates": [1.0, 2.0, 3.0], "srid": 4979},
        ),
    ),
    case(
        "named",
        "RETURN point({x: 1, y: 2, crs: 'cartesian'}), point({x: 1, y: 2, srid: 4326}), "
        "point(null), point({x: null, y: 1})",
        (
            {"coordinates": [1.0, 2.0], "srid": 7203},
            {"coordinates": [1.0, 2.0], "srid": 4326},
            None,
            None,
        ),
    ),
    case(
        "fields",
        "WITH point({x: 1, y: 2}) AS p, point({longitude: 12.5, latitude: 55.7, height: "
        "3}) AS q RETURN p.x, p.y, p.crs, p.srid, q.longitude, q.latitude, q.height, "
        "q.srid",
        (1.0, 2.0, "cartesian", 7203, 12.5, 55.7, 3.0, 4979),
    ),
    case(
        "distance",
        "RETURN point.distance(point({x: 0, y: 0}), point({x: 3, y: 4})), "
        "point.distance(point({x: 1, y: 2}), point({longitude: 1, latitude: 2}))",
        (5.0, None),
    ),
    case(
        "within",
        "RETURN point.withinBBox(point({x: 1, y: 1}), point({x: 0, y: 0}), point({x: 2, y: 2}))",
        (True,),
    ),
    case(
        "equality",
        "RETURN point({x: 1, y: 2}) = point({x: 1, y: 2}), point({x: 1, y: 2}) = "
        "point({longitude: 1, latitude: 2})",
        (True, False),
    ),
]


@pytest.mark.parametrize(("query", "parameters", "rows"), POINTS)
def test_points(session_store: GraphStore, query: str, parameters: Any, rows: Any) -> None:
    assert_same(ask(session_store, query, parameters, write=False), rows)
