"""The base form of an English verb: a table of the irregular ones, and spelling rules for the rest.

The rules undo -s, -ed and -ing; whether an e fell off is told from the letters before ("nam-ed",
"own-ed"), after the usual lists of stemmers (Porter 1980), with the endings that they merge apart.
"""

from __future__ import annotations

import re
from functools import cache

_IRREGULAR = """
be am is are was were been being 's 're 'm ’s ’re ’m
have has had having 've ’ve|do does did done doing|go goes went gone|become became|begin began begun
bear bore borne born|beat beaten|bend bent|bet|bind bound|bite bit bitten
bleed bled|blow blew blown
break broke broken|breed bred|bring brought|build built|burn burnt|burst|buy bought|cast
catch caught
choose chose chosen|cling clung|come came|cost|creep crept|cut|deal dealt|dig dug|draw drew drawn
dream dreamt|drink drank drunk|drive drove driven|dwell dwelt|eat ate eaten|fall fell fallen
feed fed
feel felt|fight fought|find found|flee fled|fling flung|fly flew flown|forbid forbade forbidden
forget forgot forgotten|forgive forgave forgiven|freeze froze frozen|get got gotten|give gave given
grow grew grown|hang hung|hear heard|hide hid hidden|hit|hold held|hurt|keep kept|kneel knelt
know knew known|lay laid|lead led|leave left|lend lent|let|lie lay lain lying|light lit|lose lost
make made|mean meant|meet met|overcome overcame|overthrow overthrew overthrown|pay paid|put|quit
read|ride rode ridden|ring rang rung|rise rose risen|run ran|say said|see saw seen|seek sought
sell sold|send sent|set|shake shook shaken|shine shone|shoot shot|show shown|shrink shrank|shut
sing sang sung|sink sank sunk|sit sat|sleep slept|slide slid|speak spoke spoken|spend spent
spin spun|split|spread|spring sprang sprung|stand stood|steal stole stolen|stick stuck|sting stung
stride strode|strike struck|strive strove|swear swore sworn|sweep swept|swim swam swum|swing swung
take took taken|teach taught|tear tore torn|tell told|think thought|throw threw thrown
undergo underwent undergone|understand understood|undertake undertook undertaken|wake woke woken
wear wore worn|weave wove woven|weep wept|win won|wind wound|withdraw withdrew withdrawn
write wrote written|rewrite rewrote rewritten|die died dying
tie tied tying|wipe wiped wiping|lie lied|add added adding|write writing|use used using
focus focuses focused focusing|free freed freeing|agree agreed|decree decreed|guarantee guaranteed
"""
_PAST = re.compile(
    r"(?:ed|wn|en|ne|ught|ung|unk|um|[aeo]ld|eft|ost|ent|aid|ade|old|uilt|ept|elt|ot|uck|ound|ad|et"
    r"|on|it|ut|orn|out|ood|ook|ed|om|un|ead|aught|id)$"
)
_E_AFTER = re.compile(
    r"(?:v|u|c|z|[^r]l(?<=[bcdfgkpstz]l)|[^aeiou]iv|[^e]at|[^aeo]is|ys|[^s]s(?<=[rnpl]s)|[aeo]us|[aeo]as"
    r"|[^io]as|os|rais|prais|[^a-z]is|(?:^|[^n])g(?<!gg)|[aeu]ng|[tsjdcg]ur|[^aeo]ir|(?:st|pl|sc|ad|gn|b)or"
    r"|[pclh]ar|[^aeou]in|[^ao]id|[^eo]ad|[lc]ud|[lc]od|[vm]ok|[lr]ik|[un]it(?<=unit)|cit|vit|gnit"
    r"|[bcpt]ut|stitut|[vmn]ot|quot|(?:pl|del|comp)et|[nrl]am|tim|[sz]um|(?:sh|sc|t)ap|[ty]yp|typ"
    r"|[^aeou]il|[rd]ul|hop|cop|[^aeiou]as|stor|fin|liv|nc|rc|[mtbw]ak|fus|[rbi]ib|[cr]rib|lob|[lv]ag|creat|[rc]ed(?<=ced))$"
)
_NO_E = re.compile(
    r"(?:[aeo]in|visit|edit|[aeiou]r(?<=[aeo]er)|(?<!cr)eat|eas(?<=peas)|develop|focus|ow|aw|ew)$"
)


@cache
def _table() -> dict[str, str]:
    forms: dict[str, str] = {}
    for row in re.split(r"[|\n]", _IRREGULAR.strip()):
        first, *others = row.split()
        forms.setdefault(first, first)
        for form in others:
            forms.setdefault(form, first)
    return forms


@cache
def lemma(word: str) -> str:
    """The base form of a verb in lower case; what follows no rule stays as it is."""
    known = _table().get(word)
    if known:
        return known
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes", "tzes", "oes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    if word.endswith("ied") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("eed"):
        return word  # "need", "exceed"; "agreed" and "freed" are in the table
    for ending in ("ed", "ing"):
        stem = word.removesuffix(ending)
        if stem != word and re.search(r"[aeiouy]", stem):
            return _restored(stem)
    return word


_SAME = frozenset({"set", "put", "cut", "hit", "cast", "read", "split", "spread", "hurt"})


def is_participle(word: str) -> bool:
    """Whether a verb's form may be its past participle."""
    if word.endswith("ing") or word.endswith("s"):
        return False
    return word in _SAME or (word != lemma(word) and bool(_PAST.search(word)))


def _restored(stem: str) -> str:
    if re.search(r"([bdgmnprt])\1$", stem):
        return stem[:-1]
    if re.search(r"[^aeiou].*[eao]ll$", stem) and len(stem) > 5 and stem not in _DOUBLE_L:
        return stem[:-1]
    if stem.endswith("e") or _NO_E.search(stem):
        return stem
    return stem + "e" if _E_AFTER.search(stem) else stem


_DOUBLE_L = frozenset({"install", "recall", "enroll", "befall"})
