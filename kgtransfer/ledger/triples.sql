-- What a version of a document states without text, in the order of its file.
CREATE TABLE triple (
  row INTEGER NOT NULL,
  position INTEGER NOT NULL,
  subject TEXT NOT NULL,
  predicate TEXT NOT NULL,
  object TEXT NOT NULL,
  subject_key TEXT NOT NULL,
  object_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  value NOT NULL,
  PRIMARY KEY (row, position)
) WITHOUT ROWID;
