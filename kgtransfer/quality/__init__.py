"""How good a graph is: what it holds, what looks wrong in it, and what people say of its facts."""

from __future__ import annotations

from kgtransfer.quality.judge import Judgements, Verdict, precision, wilson
from kgtransfer.quality.report import QualityReport, quality_report

__all__ = [
    "Judgements",
    "QualityReport",
    "Verdict",
    "precision",
    "quality_report",
    "wilson",
]
