"""A question about a graph to the Cypher that answers it, by patterns."""
