-- A document may have many past versions; revisions keep counts.
ALTER TABLE document RENAME TO document_2;
CREATE TABLE document (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'whole', 'past')),
  uri TEXT NOT NULL,
  title TEXT NOT NULL,
  language TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  metadata TEXT NOT NULL,
  version TEXT NOT NULL
);
INSERT INTO document SELECT row, id, state, uri, title, language, sha256, metadata, version
  FROM document_2;
DROP TABLE document_2;
CREATE INDEX document_id ON document (id, state);
CREATE UNIQUE INDEX document_state ON document (id, state) WHERE state != 'past';
ALTER TABLE revision ADD COLUMN counts TEXT NOT NULL DEFAULT '{}';
