"""Words that a stop shortens, for the sentence rules. All in lower case, without the last stop."""

from __future__ import annotations


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


BEFORE_NAME = _words(
    """
    mr mrs ms mx messrs mme mlle dr drs prof st ste sts sta sto rev revd fr msgr mgr bp abp hon
    gen maj col lt ltcol capt cpt cmdr comm cdr sgt cpl pvt adm brig gov pres sen rep amb supt
    insp det hrsg herr fra sig sr.a sra srta dra dña vs v.s cf viz e.g i.e eg ie lit mt ft pt
    """
)
"""A stop after one of these never ends a sentence: something named or compared must follow."""

BEFORE_NUMBER = _words(
    """
    no nos nr num vol vols p pp pg pag ch chap sec sect art fig figs eq eqn tab ser op opp cat
    c ca circa ver v ed par b d fl r est approx about max min tel ext bd abs ziff ref
    """
)
"""A stop after one of these ends no sentence where a number follows."""

SHORTENED = _words(
    """
    inc ltd co corp cos llc plc bros jr sr esq dept univ inst assn assoc dist natl intl govt
    ave blvd rd sq hwy apt bldg rte etc al et ed eds trans repr rev.ed transl approx est ca
    orig misc incl excl resp tech tel ext abbr cont ph.d md phd bsc msc mba
    gmbh ag e.v usw bzw z.b u.a d.h s.a s.l s.p.a vol vols nos fig figs op ser feat prod dir
    calif mass conn fla ill ind mich minn tex va wash wis pa colo ariz ore okla tenn penn
    """
)
"""A stop after one of these ends a sentence only where a word follows that opens sentences."""

MONTHS = _words(
    "jan feb mar apr jun jul aug sep sept oct nov dec mär mai okt dez janv févr juil déc"
)

OPENERS = _words(
    """
    The A An This That These Those He She It We They I You His Her Its Their Our My In On At By
    For From With Without During After Before Since Until When While Where Although Though As
    Because If However Moreover Furthermore Therefore Thus Also But And Or Yet So There Here Both
    Each Some Many Most All Several Other Others Another One Two Three First Second Finally Later
    Then Today Now Following According Despite Due To Under Between Among Upon What Who Why How
    Der Die Das Ein Eine Er Sie Es Wir Im Am Nach Vor Seit Als Wenn Il Elle Ils Le La Les Un Une
    El Los Las En Après Dans Depuis
    """
)
"""Words that, in upper case, far more often open a sentence than stand inside a name."""
