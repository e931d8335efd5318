"""Rules through a workspace: mined, applied, shown, exported, asked, and taken back."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from graph_store.formats import read
from kgtransfer.answering import answer
from kgtransfer.check import check
from kgtransfer.cli.app import app
from kgtransfer.history import diff, find_entity, undo
from kgtransfer.inference import apply_rules, mine_rules, preview, rules_in_force
from kgtransfer.pipeline import rebuild_graph, remove_documents
from kgtransfer.rules.mine import Thresholds
from kgtransfer.rules.rule import RuleSet
from kgtransfer.show import neighbourhood, tree
from tests.integration.test_build import empty, store_settings  # noqa: F401  a fixture
from tests.integration.test_import_triples import take
from tests.workspaces import canonical_export, fake_workspace

COUPLES = [f"Ann{n}|married_to|Bob{n}" for n in range(12)]
BACK = [f"Bob{n}|married_to|Ann{n}" for n in range(11)]  # the twelfth is left to be inferred


class Asker:
    """A model that walks to the one who is married to somebody."""

    common: frozenset[str] = frozenset()
    weights = (0.0, 1.0, 1.0, 0.0, 0.0)
    """A relation that does not fit is not walked for want of a better one."""

    def scores(self, masked: str, relations: Any) -> tuple[Any, Any]:
        logits = np.full((1, 2 * len(relations)), -9, np.float32)
        logits[0, [*relations].index("married_to")] = 9
        return logits, np.asarray([9], np.float32)

    def likeness(self, masked: str, relations: Any) -> None:
        return None


@pytest.mark.slow
def test_what_is_inferred_lives_beside_the_facts_and_goes_with_them(
    tmp_path: Path,
    store_settings: dict[str, Any],  # noqa: F811
) -> None:
    couples, back = tmp_path / "couples.txt", tmp_path / "back.txt"
    couples.write_text("\n".join(COUPLES), encoding="utf-8")
    back.write_text("\n".join(BACK), encoding="utf-8")
    with fake_workspace(tmp_path / "w", retriever="bm25", **empty(store_settings)) as w:
        take(w, couples, back)
        before = canonical_export(w, tmp_path / "before.jsonl")
        mined = mine_rules(w, Thresholds(), confidence=0.5)
        rules = RuleSet(mined.rules)
        seen = preview(w, rules)
        assert [(e.subject, e.object) for e in seen.examples] == [("Bob11", "Ann11")]
        assert canonical_export(w, tmp_path / "still.jsonl") == before
        apply_rules(w, rules)
        assert all(finding.ok for finding in check(w))
        (inferred,) = w.store.arrays().inferences
        assert inferred.rule == "married_to(y, x) => married_to(x, y)"
        facts = w.store.query("MATCH ()-[r]->() WHERE r.stated RETURN count(r)").rows
        assert facts == ((len(COUPLES) + len(BACK),),)
        with_rules = canonical_export(w, tmp_path / "w.jsonl")
        assert read(tmp_path / "w.jsonl").inferences == (inferred,)
        assert [c.what for c in diff(w, "1")] == ["inferences"]
        _shown(w)
        _asked(w)
        rebuild_graph(w)
        assert canonical_export(w, tmp_path / "rebuilt.jsonl") == with_rules
        (uri,) = [s.document.uri for s in w.ledger.documents() if "couples" in s.document.uri]
        remove_documents(w, [uri])
        kept = w.ledger.content().inferences
        assert len(kept) == len(BACK)  # now the others' marriages are known from one side alone
        undo(w)
        undo(w)  # undoes the undoing
        undo(w)
        assert canonical_export(w, tmp_path / "again.jsonl") == with_rules
        apply_rules(w, RuleSet())
        assert canonical_export(w, tmp_path / "off.jsonl") == before
        assert rules_in_force(w) == RuleSet()


def _shown(w: Any) -> None:
    found = neighbourhood(w.open_index(), find_entity(w.ledger, "Bob11").id)
    console = Console(width=200, record=True, file=StringIO())
    console.print(tree(found))
    text = console.export_text()
    assert "inferred: married_to ->" in text
    assert "Ann11 - married_to -> Bob11" in text


def _asked(w: Any) -> None:
    w.refresh()
    w.__dict__["path_model"] = Asker()
    sure = answer(w, "who is Bob3 married to?")
    assert (sure.text, sure.inferred) == ("Ann3", False)
    found = answer(w, "who is Bob11 married to?")
    assert (found.text, found.inferred) == ("Ann11", True)
    assert found.confidence < sure.confidence
    (fact,) = found.facts
    assert fact.rule
    assert [(p.subject, p.object) for p in fact.premises] == [("Ann11", "Bob11")]
    assert found.query is not None
    rows = w.store.query(found.query.text, found.query.parameters).rows
    assert [row[0] for row in rows] == ["Ann11"]


@pytest.mark.slow
def test_the_command_mines_saves_applies_and_ends(tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_text("\n".join(COUPLES + BACK), encoding="utf-8")
    with fake_workspace(tmp_path / "w") as w:
        take(w, tmp_path / "c.txt")
    run, place = CliRunner(), ["-w", str(tmp_path / "w")]
    file = tmp_path / "rules.json"
    found = run.invoke(app, ["rules", "--confidence", "0.5", "--save", str(file), "--json", *place])
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout)["inferred"] == 1
    applied = run.invoke(app, ["rules", "--load", str(file), "--apply", *place])
    assert "1 inferred, by 1 rules" in applied.output
    status = run.invoke(app, ["rules", "--status", "--json", *place])
    assert [r["rule"] for r in json.loads(status.stdout)["rules"]]
    assert "0 inferred" not in status.output
    run.invoke(app, ["rules", "--off", *place])
    ended = run.invoke(app, ["rules", "--status", "--json", *place])
    assert json.loads(ended.stdout)["rules"] == []
    (tmp_path / "bad.json").write_text("{}", encoding="utf-8")
    wrong = run.invoke(app, ["rules", "--load", str(tmp_path / "bad.json"), "--apply", *place])
    assert wrong.exit_code == 2
    assert "not a file of rules" in wrong.output
    both = run.invoke(app, ["rules", "--apply", "--off", *place])
    assert both.exit_code == 2
