-- The workspace's own schemas that were in force, and in which revisions; an empty text is none.
CREATE TABLE contract (text TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER);
