"""Names to entities, statements to facts: a pure function of the ledger."""
