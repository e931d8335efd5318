-- The sets of rules (JSON) that infer, and in which revisions; an empty text is none.
CREATE TABLE IF NOT EXISTS ruleset (
  text TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER
);
