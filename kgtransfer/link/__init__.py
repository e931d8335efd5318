"""Names to things: which entity each mention stands for, decided over all documents.

`update` is what a pipeline calls, `explain` says why an entity is what it is. The rest are pure
parts, in the order in which they act: `naming`, `surfaces`, `clusters`, `choose`, `join`,
`decide`, `judge` (what people decided), `aggregate`.
"""

from __future__ import annotations

from kgtransfer.link.bounds import Bounds
from kgtransfer.link.explain import Reason, explain
from kgtransfer.link.signatures import value_signature
from kgtransfer.link.tables import Tables
from kgtransfer.link.update import update

__all__ = ["Bounds", "Reason", "Tables", "explain", "update", "value_signature"]
