"""One reader for each kind of file; every one gives `AnnotatedText` and names file and line."""
