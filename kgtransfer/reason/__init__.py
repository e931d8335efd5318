"""Questions over the graph's facts alone: topics, relation paths, answers with the path walked."""
