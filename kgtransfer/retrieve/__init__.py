"""The graph index, seeds, personalised PageRank, subgraphs."""
