"""The seam between a chunk's text and what was extracted from it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Protocol

from kgtransfer.extract.options import ExtractorOptions, Tier
from kgtransfer.language_models.endpoint import Endpoint
from kgtransfer.records import Extraction


class Extractor(Protocol):
    """Reads one chunk.

    A pure function: the same text and language give the same extraction, whatever was read
    before. Offsets are code points from the start of the text. `fingerprint` changes whenever
    results may (weights, schema, rules), so that extractions can be kept under it.

    One may also have `languages` (codes that it reads; empty for all), `remote` with `stop()` (it
    waits for a server, so it is called in threads and told when to give up), and `refused` (how
    much of what a model claimed was not in the texts).
    """

    @property
    def fingerprint(self) -> str:
        """Names the extractor's version."""
        ...

    def extract(self, text: str, language: str) -> Extraction:
        """Everything found in `text`, which may be of any length, empty included."""
        ...


def load_extractor(
    name: str = "default",
    encoder: str = "",
    *,
    tier: Tier = "accurate",
    labels: tuple[tuple[str, str], ...] = (),
    endpoint: Endpoint | None = None,
) -> Extractor:
    """The extractor that the settings name.

    Args:
        name: `default` for the shipped one, the folder of a trained one, `spacy:` with a pipeline's
            name or folder (its entities replace the trained ones; the prefix may be left out),
            `gliner:` with the folder or fetched id of a GLiNER model (likewise), `seq2seq:` with
            the folder of a REBEL-like model, or `openai:` with a model's name.
        encoder: unused: a trained extractor names the encoder that it was trained on.
        tier: `fast` for the pipeline without a language model.
        labels: our types for a spaCy pipeline's labels; further labels for a GLiNER model.
        endpoint: the server that `openai:` asks.

    Raises:
        ModelError: a model is missing or damaged, or the way it is named is not known.
    """
    return make_extractor(ExtractorOptions(name, tier, labels, endpoint=endpoint or Endpoint()))


@lru_cache(maxsize=2)
def shared_extractor(options: ExtractorOptions) -> Extractor:
    """The extractor of some options, loaded once in a process."""
    return make_extractor(options)


def make_extractor(options: ExtractorOptions) -> Extractor:
    """See `load_extractor`."""
    way, _, rest = options.name.partition(":")
    if way == "openai":
        from kgtransfer.extract.endpoint import EndpointExtractor

        return EndpointExtractor(rest, options.endpoint)
    if way == "seq2seq":
        from kgtransfer.extract.seq2seq import Seq2SeqExtractor

        return Seq2SeqExtractor(Path(rest))
    if way == "gliner":
        return _with_gliner(options, rest)
    return _with_spacy(options, rest if way == "spacy" else options.name)


def _with_spacy(options: ExtractorOptions, name: str) -> Extractor:
    from kgtransfer.config import shipped
    from kgtransfer.errors import ModelError
    from kgtransfer.extract.encode import shared_model
    from kgtransfer.extract.fast_weights import WEIGHTS, shared_tagger
    from kgtransfer.extract.pipeline import SpacyExtractor, build_fast_pipeline, build_pipeline

    own = name == "default" or (Path(name) / WEIGHTS).is_file()
    fast = options.tier == "fast"
    trained = shipped("models", "fast" if fast else "extractor")
    folder = Path(name) if own and name != "default" else trained
    theirs = "" if own else name
    try:
        if fast:
            weights = shared_tagger(str(folder)).fingerprint if own else ""
            nlp = build_fast_pipeline(folder, theirs, dict(options.labels))
        else:
            weights = shared_model(str(folder)).fingerprint
            nlp = build_pipeline(folder, entities_from=theirs, labels=dict(options.labels))
    except OSError as error:
        raise ModelError(
            f"there is neither a trained extractor nor a spaCy pipeline {name!r}",
            where="extractor",
            hint="Use `default`, a folder that `kgtransfer train extractor` made, an installed "
            "pipeline or its folder (spacy:NAME), gliner:FOLDER, seq2seq:FOLDER, or openai:MODEL.",
        ) from error
    if not own:
        weights = "\n".join((weights, _digest(nlp.path), repr(options.labels)))
    return SpacyExtractor(nlp, weights, options)


def _with_gliner(options: ExtractorOptions, name: str) -> Extractor:
    from kgtransfer.config import shipped
    from kgtransfer.extract import gliner, gliner_model
    from kgtransfer.extract.encode import shared_model
    from kgtransfer.extract.fast_weights import shared_tagger
    from kgtransfer.extract.pipeline import SpacyExtractor, build_fast_pipeline, build_pipeline

    folder = gliner_model.find_model(name)
    labels = gliner.labels_of(options.types, dict(options.labels))
    asked = {"folder": str(folder), "labels": labels}
    weights = gliner.fingerprint(gliner_model.digest(folder), labels)
    fast = options.tier == "fast"
    trained = shipped("models", "fast" if fast else "extractor")
    nlp = (build_fast_pipeline if fast else build_pipeline)(trained, gliner=asked)
    ours = (shared_tagger if fast else shared_model)(str(trained)).fingerprint
    return SpacyExtractor(nlp, f"{weights} {ours}", options)


def _digest(folder: Path | None) -> str:
    """A hash of all files: a pipeline that was trained again is another one under its old name."""
    import hashlib

    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")) if folder is not None else ():
        if file.is_file():
            digest.update(str(file.relative_to(folder)).encode() if folder else b"")
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
