"""Sources: what is read of each format, and how what can't be read is reported."""

from __future__ import annotations

import io
import json
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from kgtransfer.corpus.encoding import clean, decode
from kgtransfer.corpus.language import detect_language
from kgtransfer.corpus.roots import Roots
from kgtransfer.corpus.sources import SourceProblem, read_bytes, read_sources, source_document
from kgtransfer.errors import InputError
from kgtransfer.records import SourceDocument


def read(*paths: Path | str, **options: object) -> list[SourceDocument | SourceProblem]:
    return list(read_sources(paths, **options))  # type: ignore[arg-type]


def one(name: str, data: bytes) -> SourceDocument:
    (result,) = read_bytes(name, data)
    assert isinstance(result, SourceDocument), result
    return result


def problem(name: str, data: bytes) -> str:
    (result,) = read_bytes(name, data)
    assert isinstance(result, SourceProblem), result
    return result.reason


def pdf(text: str, title: str = "", password: str = "") -> bytes:
    """A one-page PDF that shows `text`."""
    content = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode() if text else b""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        b"/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Title(%s)>>" % title.encode(),
    ]
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"xref\n0 6\n0000000000 65535 f \n" + table
    out += b"trailer<</Size 6/Root 1 0 R/Info 5 0 R>>\nstartxref\n%d\n%%%%EOF" % out.index(b"xref")
    if not password:
        return out
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(out)))
    writer.encrypt(password, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_markdown_is_read_without_markup() -> None:
    page = b"# Dark *River*\n\nA [film](u) by\nClio Barnard.\n\n- one\n- two\n\n|a|b|\n|-|-|\n|1|2|"
    document = one("a.md", page)
    assert document.title == "Dark River"
    assert document.text == "Dark River\n\nA film by Clio Barnard.\n\none\n\ntwo\n\na | b\n\n1 | 2"


def test_markdown_front_matter_is_metadata() -> None:
    document = one("a.md", b"---\ntitle: Kes\nyear: 1969\n---\n# Other\n\nText.\n")
    assert (document.title, document.metadata["year"]) == ("Kes", "1969")
    assert document.text == "Other\n\nText."


def test_html_is_read_without_scripts_and_menus() -> None:
    page = b"""<html lang="en-GB"><head><title>Kes - A Site</title><script>var x</script></head>
    <body><nav>Menu</nav><h1>Kes</h1><!-- no --><p>A <b>film</b>  by
    Ken Loach.</p><table><tr><td>Year</td><td>1969</td></tr></table><footer>(c)</footer></body>"""
    document = one("kes.html", page)
    assert (document.title, document.language) == ("Kes", "en")
    assert document.text == "Kes\n\nA film by Ken Loach.\n\nYear | 1969"


@pytest.mark.parametrize(
    ("main", "title"),
    [
        ("<h1>Usage</h1><p>Run it.</p>", "Usage"),
        ("<h1>The usage(1) page</h1><p>Run it.</p>", "Usage - The Clippy Book"),
        ("<h2>Usage</h2><p>Run it.</p>", "Usage - The Clippy Book"),
    ],
)
def test_html_page_of_a_book_does_not_bear_the_book_s_name(main: str, title: str) -> None:
    page = f"""<html><head><title>Usage - The Clippy Book</title></head><body>
    <header><h1>The Clippy Book</h1></header><main>{main}</main></body></html>"""
    assert one("a.html", page.encode()).title == title


def test_html_of_any_depth_and_its_declared_encoding_are_read() -> None:
    page = b'<meta charset="iso-8859-2">' + b"<div>" * 5000 + "Łódź".encode("iso-8859-2")
    assert one("a.html", page).text == "Łódź"


def test_pdf_text_and_title_are_read() -> None:
    document = one("a.pdf", pdf("Kes is a film.", title="The Films of Ken Loach"))
    assert (document.text, document.title) == ("Kes is a film.", "The Films of Ken Loach")
    assert one("a.pdf", pdf("Kes.", title="Microsoft Word - kes.doc")).title == ""


def test_docx_paragraphs_and_tables_are_read_in_order() -> None:
    file = docx.Document()
    file.add_heading("Kes", 1)
    file.add_paragraph("A film by Ken Loach.")
    row = file.add_table(rows=1, cols=2).rows[0]
    row.cells[0].text, row.cells[1].text = "Year", "1969"
    file.add_paragraph("The end.")
    buffer = io.BytesIO()
    file.save(buffer)
    document = one("kes.docx", buffer.getvalue())
    assert document.title == "Kes"
    assert document.text == "Kes\n\nA film by Ken Loach.\n\nYear | 1969\n\nThe end."


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "empty file"),
        ("a.txt", b" \n ", "no text"),
        ("a.dat", b"\x00\x01\x02", "binary"),
        ("a.txt", b"He said \xff\xfe and left.", "invalid UTF-8 at byte 8"),
        ("a.txt", "He was born in Köln. ".encode() * 3 + b"\xc3\x28", "invalid UTF-8 at byte 66"),
        ("a.pdf", pdf(""), "may be a scan"),
        ("a.pdf", pdf("Secret.", password="x"), "encrypted"),
        ("a.pdf", b"%PDF-1.4 no more", "damaged PDF"),
        ("a.docx", b"PK\x03\x04 no more", "damaged"),
        ("a.json", b'{"a": 1}', "not a corpus"),
        ("a.json", b'[{"question": "Who?"}, {"question": "What?"}]', "not a corpus"),
        ("a.json", b"[", "not valid JSON"),
        ("a.csv", b"a,b\n1,2\n", "no column of text among a, b"),
    ],
)
def test_what_can_not_be_read_says_why(name: str, data: bytes, reason: str) -> None:
    assert reason in problem(name, data)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Der Käse – fünf Euro.", "cp1252"),
        ("naïve café", "latin-1"),
        ("Né à Besançon, il habitait à Orléans et écrivait à Genève.", "latin-1"),
        ("Città è bella; la gente è a Forlì e a Cefalù, perché sì.", "cp1252"),
        ("Zażółć gęślą jaźń. Pan Łukasz też śpi, a źrebię je owies.", "cp1250"),
        ("Привет, как дела? Сегодня хорошая погода.", "cp1251"),
        ("東京で生まれた。彼は日本の作家である。", "shift_jis"),
        ("She left. Ωmega", "utf-16"),
        ("She left.", "utf-8-sig"),
    ],
)
def test_other_encodings_are_recognised(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@given(st.text())
def test_cleaned_text_can_be_stored_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert not set("\0\r\x0c\x1b") & set(cleaned)


def test_accents_are_composed_and_line_ends_are_one() -> None:
    assert clean("Ko\u0308ln\r\nam\rRhein\u2028.") == "Köln\nam\nRhein\n."


def test_bad_lines_of_jsonl_are_reported_and_the_rest_is_read() -> None:
    lines = ['{"id": "a", "title": "T", "text": "One.", "year": 1990}', "{", '{"text": ""}', "[]"]
    lines += ['{"id": "a", "text": "Again."}', '{"text": "NUL \\u0000 and \\ud800."}']
    results = list(read_bytes("a.jsonl", "\n".join(lines).encode()))
    documents = [r for r in results if isinstance(r, SourceDocument)]
    assert [(d.uri, d.title, d.text) for d in documents] == [
        ("a.jsonl#a", "T", "One."),
        ("a.jsonl#6", "", "NUL  and ."),
    ]
    assert documents[0].metadata == {"year": "1990"}
    problems = [r.uri for r in results if isinstance(r, SourceProblem)]
    assert problems == [f"a.jsonl#line {n}" for n in (2, 3, 4, 5)]


def test_bad_rows_of_csv_are_reported_and_the_rest_is_read() -> None:
    long = "word " * 40_000  # more than the csv module takes by default
    table = f'id;title;text\n1;A;"two\nlines"\n2;B\n3;C;"never closed\n4;D;{long}\n'
    results = list(read_bytes("a.csv", table.encode()))
    documents = [r for r in results if isinstance(r, SourceDocument)]
    assert [(d.uri, d.title) for d in documents] == [("a.csv#1", "A"), ("a.csv#4", "D")]
    assert documents[0].text == "two\nlines"
    assert [r.uri for r in results if isinstance(r, SourceProblem)] == [
        "a.csv#line 4",
        "a.csv#line 5",
    ]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl", b'{"text": "Two \xff."}\n{"id": "x", "text": "K\xc3\xb6ln."}\n'),
        ("a.csv", b'id,text\nw,"Two \xff."\nx,K\xc3\xb6ln.\n'),
    ],
)
def test_a_line_that_breaks_utf8_costs_only_itself(name: str, data: bytes) -> None:
    bad, good = read_bytes(name, data)
    assert isinstance(bad, SourceProblem)
    assert "invalid UTF-8" in bad.reason
    assert isinstance(good, SourceDocument)
    assert (good.uri, good.text) == (f"{name}#x", "Köln.")


def test_json_corpora_are_read_as_they_are() -> None:
    corpus = [{"title": "Kes", "text": "A film."}, {"idx": 7, "title": "Poor Cow", "text": "Film."}]
    results = list(read_bytes("corpus.json", json.dumps(corpus).encode()))
    assert [(r.uri, r.title) for r in results if isinstance(r, SourceDocument)] == [
        ("corpus.json#0", "Kes"),
        ("corpus.json#7", "Poor Cow"),
    ]
    pages = {"Kes": ["A film.", " By Ken Loach."]}
    assert one("corpus.json", json.dumps(pages).encode()).text == "A film. By Ken Loach."


def test_folders_are_read_sorted_without_hidden_files(tmp_path: Path) -> None:
    for name in ("docs/b.txt", "docs/a/z.md", "docs/.git/x.txt", "docs/.x.txt", "docs/pic.png"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Text.")
    results = read(tmp_path / "docs", tmp_path / "missing.txt", str(tmp_path / "docs/*.txt"))
    assert [r.uri for r in results[:3]] == ["docs/a/z.md", "docs/b.txt", "docs/pic.png"]
    picture = results[2]
    assert isinstance(picture, SourceProblem)
    assert picture.passed_over
    (missing,) = results[3:]  # the pattern names b.txt again, which was read
    assert isinstance(missing, SourceProblem)
    assert missing.reason == "no such file or folder"


def test_patterns_that_the_shell_left_are_expanded(tmp_path: Path) -> None:
    for name in ("docs/a.md", "docs/sub/b.md", "docs/sub/c.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("Text.")
    folder = tmp_path / "docs"
    assert [r.uri for r in read(str(folder / "**/*.md"))] == ["docs/a.md", "sub/b.md"]
    assert [r.uri for r in read(str(folder / "*"))] == ["docs/a.md", "sub/b.md", "sub/c.txt"]
    (none,) = read(str(folder / "*.pdf"))
    assert isinstance(none, SourceProblem)


def test_strict_stops_at_the_first_problem(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("")
    with pytest.raises(InputError, match=r"a\.txt: empty file"):
        read(tmp_path / "a.txt", strict=True)


def test_uris_do_not_depend_on_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "docs" / "sub").mkdir(parents=True)
    (tmp_path / "docs" / "sub" / "a.txt").write_text("Text.")
    uris = []
    for where, path in (
        (tmp_path, "docs"),
        (tmp_path / "docs", "."),
        (tmp_path / "docs/sub", ".."),
    ):
        monkeypatch.chdir(where)
        uris += [result.uri for result in read(path)]
    assert uris == ["docs/sub/a.txt"] * 3


def test_two_roots_of_one_name_are_two(tmp_path: Path) -> None:
    for name in ("x/docs", "y/docs"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "README.md").write_text("# Text")
    roots = Roots()
    first = read(tmp_path / "x/docs", tmp_path / "y/docs", roots=roots)
    assert [r.uri for r in first] == ["docs/README.md", "docs~2/README.md"]
    again = Roots(dict(roots.folders), set(roots.trees))
    assert [r.uri for r in read(tmp_path / "y/docs", roots=again)] == ["docs~2/README.md"]


def test_a_file_of_a_folder_that_was_read_keeps_its_uri(tmp_path: Path) -> None:
    (tmp_path / "docs" / "sub").mkdir(parents=True)
    (tmp_path / "docs" / "sub" / "a.txt").write_text("Text.")
    roots = Roots()
    assert [r.uri for r in read(tmp_path / "docs/sub/a.txt")] == ["sub/a.txt"]
    read(tmp_path / "docs", roots=roots)
    assert [r.uri for r in read(tmp_path / "docs/sub/a.txt", roots=roots)] == ["docs/sub/a.txt"]


def test_standard_input_is_named_by_its_content() -> None:
    first, second = (read("-", stdin=io.BytesIO(text))[0].uri for text in (b"One.", b"Two."))
    assert first != second
    assert first == read("-", stdin=io.BytesIO(b"One."))[0].uri


def test_a_text_without_a_file_is_a_document() -> None:
    document = source_document("Kes is a film.\r\n", "Kes")
    assert document.text == "Kes is a film.\n"
    assert document.uri.startswith("text#")
    with pytest.raises(InputError, match="empty text"):
        source_document(" \n")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Dark River is a 2017 film of the director Clio Barnard and is set in the north.", "en"),
        ("Der Fluss fließt seit vielen Jahren mitten durch die alte Stadt.", "de"),
        ("她在北京出生，后来去了上海。", "zh"),
        ("Teutberga", ""),
    ],
)
def test_languages_are_named_only_when_sure(text: str, language: str) -> None:
    assert detect_language(text) == language
