"""A token is plain ASCII that every database keeps, and says where a word begins."""

import re

from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.tokens import LONGEST, looked_for, tokens_of

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
PLAIN = re.compile(f"zz[a-z0-9]{{1,{LONGEST - 2}}}")


@given(WORDS)
def test_whatever_is_written_becomes_plain_tokens(text: str) -> None:
    tokens = tokens_of([text]).split()
    assert all(PLAIN.fullmatch(one) for one in (*tokens, *looked_for(text)))
    assert tokens == sorted(set(tokens))


@given(WORDS, WORDS)
def test_a_text_is_found_by_what_stands_in_it(before: str, text: str) -> None:
    tokens = tokens_of([f"{before} {text}"]).split()
    for beginning in looked_for(text):
        assert any(token.startswith(beginning) for token in tokens)


@given(st.text("abcxyz0123456789कखगابتжя", min_size=3, max_size=12), st.data())
def test_a_word_is_found_by_its_beginning(word: str, data: st.DataObject) -> None:
    upto = data.draw(st.integers(2, len(word)))
    tokens = tokens_of([word]).split()
    for beginning in looked_for(word[:upto]):
        assert any(token.startswith(beginning) for token in tokens)


def test_two_words_that_are_spelled_alike_are_two() -> None:
    assert tokens_of(["x0001"]) != tokens_of(["\u0001"])
    assert tokens_of(["xa"]) != tokens_of(["x", "a"])
