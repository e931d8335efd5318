-- Documents. A new version of a document is `pending` beside the `whole` one until all of its
-- chunks are extracted.
CREATE TABLE document (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'whole')),
  uri TEXT NOT NULL,
  title TEXT NOT NULL,
  language TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  metadata TEXT NOT NULL,
  version TEXT NOT NULL,
  UNIQUE (id, state)
);
CREATE TABLE chunk (
  row INTEGER NOT NULL,
  position INTEGER NOT NULL,
  id TEXT NOT NULL,
  start INTEGER NOT NULL,
  end INTEGER NOT NULL,
  text TEXT NOT NULL,
  extraction BLOB NOT NULL,
  UNIQUE (row, position)
);
CREATE INDEX chunk_id ON chunk (id);
CREATE INDEX chunk_extraction ON chunk (extraction);
CREATE TABLE extraction (key BLOB PRIMARY KEY, payload TEXT NOT NULL) WITHOUT ROWID;

-- Names: which documents bear which, what each is about, and what each text was looked up with.
CREATE TABLE naming (
  document TEXT PRIMARY KEY,
  page TEXT NOT NULL,
  title TEXT NOT NULL,
  types TEXT NOT NULL,
  entity TEXT
) WITHOUT ROWID;
CREATE INDEX naming_page ON naming (page);
CREATE TABLE name (
  key TEXT NOT NULL,
  document TEXT NOT NULL,
  strength INTEGER NOT NULL,
  form TEXT NOT NULL,
  PRIMARY KEY (key, document)
) WITHOUT ROWID;
CREATE INDEX name_document ON name (document);
CREATE TABLE page (signature TEXT PRIMARY KEY, type TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE asked (
  prefix TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (prefix, document)
) WITHOUT ROWID;
CREATE INDEX asked_document ON asked (document);

-- What the rows below were made with: the rules of linking and the schema's predicates.
CREATE TABLE linking (fingerprint TEXT NOT NULL);

-- Contributions: each document's rows, and the element that each row stands for now.
CREATE TABLE resolved (
  signature TEXT PRIMARY KEY, entity TEXT NOT NULL, type TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE share (
  document TEXT NOT NULL,
  signature TEXT NOT NULL,
  form TEXT NOT NULL,
  type TEXT NOT NULL,
  count INTEGER NOT NULL,
  why TEXT NOT NULL,
  entity TEXT
);
CREATE INDEX share_document ON share (document);
CREATE INDEX share_signature ON share (signature);
CREATE INDEX share_entity ON share (entity);
CREATE TABLE mention (
  document TEXT NOT NULL,
  chunk TEXT NOT NULL,
  signature TEXT NOT NULL,
  strength INTEGER NOT NULL,
  ambiguous INTEGER NOT NULL,
  confidence REAL NOT NULL,
  spans TEXT NOT NULL,
  entity TEXT
);
CREATE INDEX mention_document ON mention (document);
CREATE INDEX mention_signature ON mention (signature);
CREATE INDEX mention_entity ON mention (entity, chunk);
CREATE TABLE statement (
  document TEXT NOT NULL,
  subject TEXT NOT NULL,
  predicate TEXT NOT NULL,
  object TEXT NOT NULL,
  chunk TEXT NOT NULL,
  sentence TEXT NOT NULL,
  confidence REAL NOT NULL,
  negated INTEGER NOT NULL,
  subject_entity TEXT,
  object_entity TEXT
);
CREATE INDEX statement_document ON statement (document);
CREATE INDEX statement_subject ON statement (subject);
CREATE INDEX statement_object ON statement (object);
CREATE INDEX statement_fact ON statement (subject_entity, predicate, object_entity);

-- The projection: what the graph should hold. A NULL payload says that the element has gone.
CREATE TABLE element (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  payload TEXT,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX element_revision ON element (revision);
CREATE TABLE revision (
  id INTEGER PRIMARY KEY, time TEXT NOT NULL, reason TEXT NOT NULL, elements INTEGER NOT NULL
);
