-- What keeps the cost of one document's update from growing with the ledger.
CREATE INDEX resolved_entity ON resolved (entity);
CREATE INDEX naming_loose ON naming (page) WHERE entity IS NULL;

-- What all documents call a signature, kept by triggers: a name in every document costs no more.
CREATE TABLE total (
  signature TEXT NOT NULL,
  form TEXT NOT NULL,
  type TEXT NOT NULL,
  why TEXT NOT NULL,
  count INTEGER NOT NULL,
  documents INTEGER NOT NULL,
  PRIMARY KEY (signature, form, type, why)
) WITHOUT ROWID;
CREATE TRIGGER share_came AFTER INSERT ON share BEGIN
  INSERT INTO total VALUES (NEW.signature, NEW.form, NEW.type, NEW.why, NEW.count, 1)
    ON CONFLICT DO UPDATE SET count = count + excluded.count, documents = documents + 1;
END;
CREATE TRIGGER share_went AFTER DELETE ON share BEGIN
  UPDATE total SET count = count - OLD.count, documents = documents - 1
    WHERE signature = OLD.signature AND form = OLD.form AND type = OLD.type AND why = OLD.why;
  DELETE FROM total WHERE documents = 0
    AND signature = OLD.signature AND form = OLD.form AND type = OLD.type AND why = OLD.why;
END;
