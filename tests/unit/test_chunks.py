"""Chunks: they tile the text, keep to their size, and keep their ids where nothing changed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kgtransfer.corpus.chunks import MAX_WORDS, chunk_spans, document_id, make_chunks
from kgtransfer.corpus.sentences import sentence_spans


def paragraph(name: str, sentences: int = 9, words: int = 10) -> str:
    return " ".join(f"{name} said {'word ' * (words - 3)}{i}." for i in range(sentences))


LONG = "\n\n".join(paragraph(name) for name in ("Ann", "Bob", "Cid", "Dee", "Eve"))

pieces = st.sampled_from(
    [
        "Word ",
        "a ",
        ". ",
        "\n\n",
        "\n",
        "Heading",
        "她在北京出生。",
        "x" * 300,
        "สวัสดี",
        "é",
        "\u3000",
    ]
)


@given(st.lists(st.tuples(pieces, st.integers(1, 120)), max_size=12))
def test_chunks_tile_the_text_and_keep_to_their_size(parts: list[tuple[str, int]]) -> None:
    text = "".join(piece * count for piece, count in parts)
    chunks = make_chunks("d1", text)
    assert "".join(chunk.text for chunk in chunks) == text
    position = 0
    for number, chunk in enumerate(chunks):
        assert (chunk.start, chunk.position) == (position, number)
        assert text[chunk.start : chunk.end] == chunk.text
        assert len(chunk.text.split()) <= MAX_WORDS
        position = chunk.end
    assert len({chunk.id for chunk in chunks}) == len(chunks)


def test_chunks_end_where_sentences_end() -> None:
    text = " ".join(paragraph(name, sentences=20) for name in ("Ann", "Bob", "Cid"))
    ends = {end for _, end in sentence_spans(text)}
    spans = chunk_spans(text)
    assert len(spans) == 3
    assert all(start + len(text[start:end].rstrip()) in ends for start, end in spans)


def test_paragraphs_are_kept_whole_and_a_heading_goes_with_what_it_heads() -> None:
    text = f"{paragraph('Ann')}\n\nEarly life\n\n{paragraph('Bob')}\n\nShort. End."
    chunks = [text[start:end] for start, end in chunk_spans(text)]
    assert chunks == [
        f"{paragraph('Ann')}\n\n",
        f"Early life\n\n{paragraph('Bob')}\n\nShort. End.",
    ]


def test_a_sentence_that_is_too_long_is_cut_between_words() -> None:
    text = " ".join(f"word{i}" for i in range(450))
    chunks = [text[start:end] for start, end in chunk_spans(text)]
    assert len(chunks) == 3
    assert [word for chunk in chunks for word in chunk.split()] == text.split()


def test_chinese_is_measured_by_characters() -> None:
    text = "她在北京出生，后来去了上海工作。" * 100
    spans = chunk_spans(text, "zh")
    assert 5 <= len(spans) <= 8
    assert all(text[start:end].endswith("。") for start, end in spans)


def test_an_edit_elsewhere_keeps_ids() -> None:
    before = {chunk.id for chunk in make_chunks("d1", LONG)}
    edited = LONG.replace("Ann said", "Amy then said", 1)
    after = {chunk.id for chunk in make_chunks("d1", edited)}
    assert len(before - after) == 1
    assert before.isdisjoint(chunk.id for chunk in make_chunks("d2", LONG))


def test_the_same_text_twice_has_two_ids() -> None:
    text = "\n\n".join([paragraph("Ann", sentences=12)] * 3)
    assert len({chunk.id for chunk in make_chunks("d1", text)}) == 3


def test_document_ids_follow_the_uri() -> None:
    assert document_id("docs/README.md") == document_id("docs/README.md")
    assert document_id("docs/README.md") != document_id("notes/README.md")
    assert document_id("docs/README.md").startswith("d")
