-- What the transaction at hand has touched: rows of the connection's own, empty between changes.
CREATE TEMP TABLE touched_document (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE touched_chunk (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE touched_signature (signature TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE touched_about (
  document TEXT, entity TEXT, PRIMARY KEY (document, entity)
) WITHOUT ROWID;
CREATE TEMP TABLE touched_share (entity TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE touched_mention (
  entity TEXT, chunk TEXT, PRIMARY KEY (entity, chunk)
) WITHOUT ROWID;
CREATE TEMP TABLE touched_fact (
  subject TEXT, predicate TEXT, object TEXT, PRIMARY KEY (subject, predicate, object)
) WITHOUT ROWID;
CREATE TEMP TABLE wanted (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE touched_decision (payload TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE forgotten (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE touched_pattern (
  subject TEXT, predicate TEXT, object TEXT, PRIMARY KEY (subject, predicate, object)
) WITHOUT ROWID;
