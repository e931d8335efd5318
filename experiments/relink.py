"""Link the extractions of a workspace anew with today's rules, and measure resolution.

    python experiments/relink.py WORKSPACE/ledger.sqlite GOLD [--output FILE]

Works on a copy: tells what the rules of resolution alone change. GOLD is what
`experiments/resolution.py` writes.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path

from kgtransfer import link
from kgtransfer.evaluate.resolution import evaluate_resolution, read_gold
from kgtransfer.extract.schema import load_schema
from kgtransfer.ledger.ledger import Ledger


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("ledger", type=Path)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "ledger.sqlite"
        shutil.copy(options.ledger, copy)
        ledger = Ledger.open(copy)
        with ledger.change("ingest"):
            link.update(ledger.links, load_schema().names)
        report = asdict(evaluate_resolution(ledger.content(), read_gold(options.gold)))
        ledger.close()
    print(json.dumps(report, indent=1, default=str))
    if options.output:
        options.output.write_text(json.dumps(report, indent=1, default=str) + "\n", "utf-8")


if __name__ == "__main__":
    main()
