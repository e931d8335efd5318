"""Bytes to text: which encoding, and the one form that every later offset counts in."""

from __future__ import annotations

import codecs
import re
import unicodedata

from kgtransfer.errors import InputError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SNIFFED = 8192  # bytes looked at to tell text from binary data
_SAMPLE = 65536  # bytes that an encoding is guessed from
_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_HIGH = re.compile(rb"[\x80-\xff]")

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028]")
_EMPTY_LINES = re.compile(r"\n(?:[^\S\n]*\n){3,}")
# Controls (tab and line feed stay), surrogates, soft hyphens, byte order marks, non-characters.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\ufeff\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]"
)
_TYPOGRAPHY = set("–—‘’‚“”„…•€£§©®°«»·´¿¡ªº½¼¾†‡™\u00a0")
_WORDS = set("àèéìíòóùúáâôåöøæÀÈÉÌÍÒÓÙÚÁÂÔÅÖØÆ")  # of one letter, in western languages
_HAN = re.compile("[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff01-\uff5e]")


def clean(text: str) -> str:
    """Return the text in NFC, with "\\n" line ends, without NUL, controls and lone surrogates.

    More than two empty lines become two. Cleaning a second time changes nothing.
    """
    text = _LINE_ENDS.sub("\n", text).replace("\u2029", "\n\n")
    text = _EMPTY_LINES.sub("\n\n\n", _UNWANTED.sub("", text))
    return unicodedata.normalize("NFC", text)


def decode(data: bytes, declared: str | None = None) -> str:
    """Return the text of `data`, cleaned.

    A byte order mark decides, then UTF-8 if all of it is valid, then the encoding that the file
    itself declares, then one that is recognised by the language it makes.

    Raises:
        InputError: the data is binary, or no encoding makes sense of it.
    """
    for mark, marked in _BOMS:
        if data.startswith(mark):
            return clean(_strictly(data, marked))
    if looks_binary(data):
        raise InputError("binary file, not text")
    try:
        return clean(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        position = error.start
    encoding = declared if declared and _known(declared) else None
    return clean(_strictly(data, encoding or _guess(data, position)))


def decode_lines(data: bytes) -> list[str | InputError]:
    """Return the cleaned lines of `data`; where one breaks UTF-8, what is wrong instead of it.

    Raises:
        InputError: the data is binary, or no encoding makes sense of any line.
    """
    try:
        return list(decode(data).split("\n"))
    except InputError:
        lines = [_decode_line(line) for line in data.removeprefix(codecs.BOM_UTF8).split(b"\n")]
        if looks_binary(data) or not any(isinstance(line, str) and line for line in lines):
            raise
        return lines


def _decode_line(line: bytes) -> str | InputError:
    try:
        return clean(line.decode("utf-8")).replace("\n", " ")
    except UnicodeDecodeError as error:
        return _invalid("UTF-8", error.start)


def looks_binary(data: bytes) -> bool:
    """Whether the data has NUL bytes, or many controls, where text has none."""
    head = data[:_SNIFFED]
    controls = sum(byte < 32 and byte not in b"\t\n\r\x0b\x0c\x1b" for byte in head)
    return b"\0" in head or controls > len(head) // 20


def _known(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding).name != "utf-8"
    except LookupError:
        return False


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _invalid(encoding.removesuffix("-sig").upper(), error.start) from error


def _invalid(encoding: str, position: int) -> InputError:
    return InputError(
        f"invalid {encoding} at byte {position}", hint="Save the file as UTF-8 and try again"
    )


def _guess(data: bytes, position: int) -> str:
    """Name the legacy encoding of data that is not UTF-8 from byte `position` on."""
    multibyte = sum(len(m.group()) for m in _MULTIBYTE.finditer(data))
    if multibyte > len(_HIGH.findall(data)) - multibyte:
        raise _invalid("UTF-8", position)  # UTF-8 that was damaged
    if _reads_as_western(data):
        return "cp1252"
    from charset_normalizer import from_bytes  # imported here: it is slow to load

    sample = data[max(0, position - _SAMPLE // 2) :][:_SAMPLE]
    best = from_bytes(sample, threshold=0.1).best()
    if best is None:
        raise _invalid("UTF-8", position)
    strange = [c for c in str(best) if ord(c) > 127]
    east_asian = len(strange) >= 5 and all(_HAN.match(c) for c in strange)
    if best.coherence < 0.2 and not east_asian:
        raise _invalid("UTF-8", position)
    return best.encoding


def _reads_as_western(data: bytes) -> bool:
    """Whether Windows-1252 makes letters of words, and marks of print, of every high byte."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return False
    for found in re.finditer(r"[^\x00-\x7f]", text):
        character, at = found.group(), found.start()
        if character in _TYPOGRAPHY:
            continue
        around = (text[at - 1 : at] + text[at + 1 : at + 2]) if at else text[1:2]
        inside = any(c.isalpha() and c.isascii() for c in around)
        inside = inside or (character in _WORDS and not any(c.isalnum() for c in around))
        odd_case = character.isupper() and at > 0 and text[at - 1].islower()
        if not character.isalpha() or not inside or odd_case:
            return False
    return True
