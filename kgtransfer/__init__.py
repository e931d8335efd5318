"""kgtransfer: documents to a knowledge graph, questions to answers with evidence."""

__version__ = "0.1.0"
