"""Which page a name stands for, if the text decides it: the rules of resolution.

A name goes to a page only where nothing speaks against it. Otherwise it stands for itself (a bare
entity of its own type), and the pages that bear it are noted beside it: never guessed into one.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass

from kgtransfer.contributions import Bearer
from kgtransfer.link.clusters import Cluster
from kgtransfer.link.naming import AskedNames
from kgtransfer.link.signatures import UNKNOWN, agree, bare_signature, bracket_of, clash
from kgtransfer.link.surfaces import TERM
from kgtransfer.names import BRACKETED, TITLE, fold
from kgtransfer.names.countries import country_keys
from kgtransfer.names.terms import CONCEPT

MOST_BEARERS = 10
"""A name that more pages bear is noted for so many of them."""


COUNTRY = "a name of the country"


@dataclass(frozen=True, slots=True)
class Target:
    """What a name stands for: a signature (None: nothing certain), and the pages it may be.

    `name` is how the thing is called by a table of names, whatever the text calls it.
    """

    signature: str | None
    strength: int
    may: tuple[Bearer, ...]
    why: str
    name: str = ""


def choose_cluster(cluster: Cluster, own_page: str, names: AskedNames) -> Target:
    """What a document's cluster stands for: a country, a page, or the bare name with its type."""
    if cluster.key.endswith(TERM):
        return _term(cluster, names)
    country = _country(cluster, own_page, names)
    if country is not None:
        return country
    keys = [cluster.key, *sorted(_variants(cluster), key=lambda key: (-len(key), key))]
    for key in keys:
        target = choose_name(key, cluster.type, cluster.hints, own_page, names)
        if target.may or target.signature:
            break
    if target.signature:
        return target
    bare = bare_signature(cluster.key, cluster.type)
    return Target(bare, 0, target.may, target.why)


def _term(cluster: Cluster, names: AskedNames) -> Target:
    """A term is what a page of this title is about, if that is no person, place or other thing."""
    key = cluster.key.removesuffix(TERM)
    for form in (key, *sorted(cluster.keys)):
        bearers = names.bearers(form)
        page = bearers[0] if len(bearers) == 1 and bearers[0].strength == TITLE else None
        if page is not None and page.type in ("", UNKNOWN, CONCEPT):
            return Target(page.page, TITLE, (), "the only page of this title")
    return Target(bare_signature(key, CONCEPT), 0, (), "a term of the text")


def _country(cluster: Cluster, own_page: str, names: AskedNames) -> Target | None:
    """The country that "American" or "the U.S." stands for, where the text takes it for a place.

    A page of just this title keeps its name.
    """
    country = country_keys().get(cluster.key) if cluster.type == "Location" else None
    if country is None:
        return None
    if any(b.page == own_page or b.strength == TITLE for b in names.bearers(cluster.key)):
        return None
    key = fold(country)
    target = choose_name(key, cluster.type, cluster.hints, own_page, names)
    signature = target.signature or bare_signature(key, cluster.type)
    return Target(signature, target.strength, target.may, COUNTRY, country)


def choose_name(key: str, type_: str, hints: Set[str], own_page: str, names: AskedNames) -> Target:
    """Which page a name stands for.

    Args:
        key: the name's key.
        type_: the type that the text gives it, empty where unknown.
        hints: pages whose bracket is said beside it.
        own_page: what the document itself is about; it wins inside the document.
        names: the names that pages bear.
    """
    bearers = names.bearers(key)
    for bearer in bearers:
        if bearer.page == own_page:
            return Target(own_page, bearer.strength, (), "the document is about it")
    if not bearers:
        return Target(None, 0, (), "no page bears the name")
    chosen, why = _decide(key, type_, hints, bearers)
    if chosen is not None:
        return Target(chosen.page, chosen.strength, (), why)
    nearest = sorted(bearers, key=lambda b: (not agree(b.type, type_), b))
    return Target(None, 0, tuple(nearest[:MOST_BEARERS]), why)


def _decide(
    key: str, type_: str, hints: Set[str], bearers: Iterable[Bearer]
) -> tuple[Bearer | None, str]:
    by_bracket = [bearer for bearer in bearers if bearer.page in hints]
    if len(by_bracket) == 1:
        return by_bracket[0], "the words of its bracket stand beside the name"
    fitting = [bearer for bearer in bearers if agree(bearer.type, type_)]
    all_bearers = list(bearers)
    if len(all_bearers) > 1:
        if len(fitting) == 1 and all_bearers[0].strength >= TITLE:
            return fitting[0], "the only page of this name and type"
        return None, "several pages bear the name"
    return _alone(key, type_, all_bearers[0])


def _alone(key: str, type_: str, bearer: Bearer) -> tuple[Bearer | None, str]:
    """Whether the only page that bears a name is meant by it."""
    fits, several_words = agree(bearer.type, type_), " " in key
    if bearer.strength == BRACKETED:
        return bearer, "the title with its bracket"
    if bearer.strength == TITLE and not bracket_of(bearer.page):
        if several_words or not clash(bearer.type, type_):
            return bearer, "the only page of this title"
        return None, "the only page of this title is of another type"
    if bearer.strength == TITLE:  # a title whose bracket the text leaves out
        return (
            (bearer, "the only page of this name and type")
            if fits
            else (
                None,
                "the title has a bracket, and nothing in the text agrees with it",
            )
        )
    if several_words and not clash(bearer.type, type_):
        return bearer, "the only page that goes by this name"
    if fits and type_ != "Person":
        return bearer, "the only page that goes by this name, and of its type"
    return None, "a weak name"


def _variants(cluster: Cluster) -> Iterable[str]:
    """The cluster's other names, but for parts of its main one ("Romero" of "Edgar Romero")."""
    words = set(cluster.key.split())
    return (key for key in cluster.keys if key != cluster.key and not set(key.split()) <= words)
