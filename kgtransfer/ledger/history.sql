-- History: in which revisions what was in force, from the first one that is kept.
CREATE TABLE history (first INTEGER NOT NULL);
CREATE TABLE document_life (
  row INTEGER NOT NULL, id TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER
);
CREATE INDEX document_life_row ON document_life (row);
CREATE INDEX document_life_id ON document_life (id);
CREATE TABLE past_element (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  until INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  payload TEXT,
  PRIMARY KEY (kind, id, until)
) WITHOUT ROWID;
CREATE TRIGGER element_history AFTER UPDATE ON element WHEN OLD.revision != NEW.revision BEGIN
  INSERT INTO past_element VALUES (OLD.kind, OLD.id, NEW.revision, OLD.revision, OLD.payload);
END;
CREATE TABLE decision (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  payload TEXT NOT NULL,
  reason TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER
);
CREATE TABLE snapshot (name TEXT PRIMARY KEY, revision INTEGER NOT NULL, time TEXT NOT NULL)
  WITHOUT ROWID;
