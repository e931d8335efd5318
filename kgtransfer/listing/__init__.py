"""Questions for several things, or for how many: from the graph, each with its quotes."""
