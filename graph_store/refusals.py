"""What the bundled engine would answer wrongly without an error, and is therefore refused.

Each construct is found in the text without its strings, comments and quoted names, so that these
never trigger a refusal. docs/reference/cypher.md lists them.
"""

from __future__ import annotations

import re
from itertools import islice

from graph_store.errors import QueryError

_QUOTED = re.compile(
    r"""'(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" | `(?:[^`]|``)*` | //[^\n]* | /\*.*?\*/""",
    re.DOTALL | re.VERBOSE,
)

_RULES = (
    (
        # ( or [, a variable, labels or types, then $( or $any( or $all(
        r"[(\[]\s?\w*\s?(?:[:&|!]|\bIS\b)[\w\s:&|!%]*\$\s?(?:(?:all|any)\s?)?\(",
        "the bundled server ignores a label or type that is computed in a pattern",
        "Write its name, or use `WHERE $label IN labels(n)`, `WHERE type(r) = $type`, "
        "`SET n:$($label)`.",
    ),
    (
        r"(?<![.\w$])RETURN\s(?:DISTINCT\s)?\*\s?,",
        "the bundled server drops what stands behind `RETURN *,`",
        "Name all columns, or write `WITH *, ... RETURN *`.",
    ),
    (
        r"^\s?SHOW\s(?:ALL\s|BUILT\sIN\s|USER\sDEFINED\s)?(?:FUNCTION|PROCEDURE)S?\b",
        "the bundled server does not list its functions and procedures",
        "See docs/reference/cypher.md.",
    ),
    (
        r"(?<![.\w$])CALL\sdb\s?\.\s?propertyKeys\b",
        "the bundled server does not list property keys",
        "Write `MATCH (n) UNWIND keys(n) AS key RETURN DISTINCT key`.",
    ),
)
_COMPILED = [(re.compile(rule, re.IGNORECASE), what, hint) for rule, what, hint in _RULES]

_SHORTEST = re.compile(r"\b(?:shortestPath|allShortestPaths)\s?\(", re.IGNORECASE)
_NEXT_CLAUSE = re.compile(
    r"(?<!\bSTARTS )(?<!\bENDS )\b(?:MATCH|OPTIONAL|WITH|RETURN|CREATE|MERGE|SET|DELETE|DETACH"
    r"|NODETACH|REMOVE|UNWIND|CALL|FOREACH|UNION|ORDER|SKIP|OFFSET|LIMIT|FINISH)\b",
    re.IGNORECASE,
)

# Long texts stay cheap: so many characters of a name and a clause, and so many paths, are read.
_NAME, _CLAUSE, _PATHS = 200, 4_000, 50


def check(text: str) -> None:
    """Refuse a query that the bundled engine would answer wrongly in silence.

    Raises:
        QueryError: with what to write instead.
    """
    bare = bare_text(text)
    for rule, what, hint in _COMPILED:
        if rule.search(bare):
            raise QueryError(what, hint=hint)
    _check_shortest_paths(bare)


def bare_text(text: str) -> str:
    """The query with one space for each gap, without comments and without what is in quotes."""
    return re.sub(r"\s+", " ", _QUOTED.sub(_blank, text))


def _blank(match: re.Match[str]) -> str:
    quoted = match.group()
    if quoted[0] == "`":  # a name: the same one stays the same
        return "q" + quoted.encode().hex()
    return " " if quoted[0] == "/" else "''"


def _check_shortest_paths(bare: str) -> None:
    for found in islice(_SHORTEST.finditer(bare), _PATHS):
        end = _closing(bare, found.end() - 1)
        if re.search(r"\[\s?\w", bare[found.end() : end]):
            raise QueryError(
                "the bundled server leaves the relationships' variable of a shortest path empty",
                hint="Leave it out and write relationships(p).",
            )
        path = re.search(r"(\w+)\s?=\s?$", bare[max(0, found.start() - _NAME) : found.start()])
        if path and path.group(1) in _condition_behind(bare, end):
            raise QueryError(
                "the bundled server finds one shortest path before it looks at what is asked of it",
                hint="Write `MATCH p = (a)-[*]->(b) WHERE ... RETURN p ORDER BY length(p) LIMIT 1`,"
                " or `WITH p WHERE ...` to filter the shortest one.",
            )


def _condition_behind(bare: str, place: int) -> set[str]:
    """The names in the WHERE of the clause that goes on at `place`."""
    clause = bare[place : place + _CLAUSE]
    following = _NEXT_CLAUSE.search(clause)
    clause = clause[: following.start()] if following else clause
    condition = re.split(r"\bWHERE\b", clause, maxsplit=1, flags=re.IGNORECASE)[1:]
    return set(re.findall(r"(?<![.$\w])\w+", "".join(condition)))


def _closing(text: str, start: int) -> int:
    """Behind the bracket that closes the one at `start`."""
    depth = 0
    for place in range(start, min(len(text), start + _CLAUSE)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1
    return len(text)
