-- Which extractor read each version of a document; versions that are older than this table have
-- no row in it.
CREATE TABLE IF NOT EXISTS read_with (
  row INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  label TEXT NOT NULL
);
