"""The spaCy pipeline: sentences, entities, values, coreference, relations."""
