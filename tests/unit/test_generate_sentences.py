"""A stream of pieces as sentences with what they cite."""

from __future__ import annotations

import pytest

from kgtransfer.generate.sentences import Written, sentences

CASES = [
    ("Kes is a film [1]. It won [2][3].", [("Kes is a film.", (1,)), ("It won.", (2, 3))]),
    ("Kes is a film. [1] It won.[2]", [("Kes is a film.", (1,)), ("It won.", (2,))]),
    ("Kes is a film [1, 3]. It won [2-4].", [("Kes is a film.", (1, 3)), ("It won.", (2, 3, 4))]),
    ("He met J. R. Hart in the U.S. in 1990 [Passage 2].", [
        ("He met J. R. Hart in the U.S. in 1990.", (2,))]),
    ("- **Kes** [1]\n- Poor Cow【2】\n", [("Kes", (1,)), ("Poor Cow", (2,))]),
    ("<think>Passage [3]? No.</think>Kes [1].", [("Kes.", (1,))]),
    ("Kes\x1b[31m is red [1].", [("Kes[31m is red.", (1,))]),
    ("The array a[x] is long [1].", [("The array a[x] is long.", (1,))]),
    ("", []),
    (" … \n", []),
    ("<think>on and on", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES)
@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_however_it_is_cut_up(
    text: str, expected: list[tuple[str, tuple[int, ...]]], size: int
) -> None:
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    assert list(sentences(pieces)) == [Written(*one) for one in expected]


def test_a_sentence_comes_before_the_stream_ends() -> None:
    def endless() -> object:
        yield "Kes is a film [1]. Ken "
        raise AssertionError("read too far")

    assert next(sentences(endless())) == Written("Kes is a film.", (1,))  # type: ignore[arg-type]
