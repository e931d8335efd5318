"""The built wheel, installed outside of the checkout, answers a question with its own data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    {"title": "Kes (film)", "text": "Kes is a 1969 British film directed by Ken Loach."},
    {
        "title": "Ken Loach",
        "text": "Ken Loach (born 17 June 1936) is a British director. He was born in Nuneaton.",
    },
    {"title": "Nuneaton", "text": "Nuneaton is a market town in Warwickshire, England."},
]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_wheel_answers_outside_of_the_checkout(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("kgtransfer-*.whl")
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site)]
    subprocess.run([*pip, str(wheel)], check=True)
    (tmp_path / "pages.json").write_text(json.dumps(PAGES), encoding="utf-8")
    # A path on PYTHONPATH is searched without its .pth files, so the checkout stays out of sight.
    paths = os.pathsep.join([str(site), sysconfig.get_path("purelib")])
    environment = {**os.environ, "PYTHONPATH": paths, "KGTRANSFER_STORE_IDLE_SECONDS": "2"}

    def run(*arguments: str) -> str:
        code = "import kgtransfer.cli as c, sys; assert 'site' in c.__file__; c.main()"
        base = getattr(sys, "_base_executable", sys.executable)
        done = subprocess.run(
            [base, "-c", code, *arguments, "--workspace", str(tmp_path / "w"), "--json"],
            cwd=tmp_path, env=environment, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert json.loads(run("ingest", "pages.json"))["documents"] == len(PAGES)
    answer = json.loads(run("ask", "Where was the director of Kes born?"))
    titles = [passage["title"] for passage in answer["passages"]]
    assert {"Kes (film)", "Ken Loach"} <= set(titles)
    assert answer["answer"] == "Nuneaton"
    assert [c["quote"] for c in answer["citations"]] != []
