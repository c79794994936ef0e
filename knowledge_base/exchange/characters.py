"""Mends characters that no database, wiki or reader should meet, and says which.

What a database cannot keep becomes U+FFFD. A character of the C1 range is nearly
always one of an older code page read wrongly: it is put right where one reading is
certain, else it stays as it is. Nothing is changed or kept in silence.
"""

import re

_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(
        f"{chr(p | 0xFFFE)}{chr(p | 0xFFFF)}" for p in range(1 << 16, 17 << 16, 1 << 16)
    )
    + "]"
)
_BREAK = re.compile("\r\n?")
_C1 = re.compile("[\x80-\x9f]")
_LOST = re.compile(_ODD.pattern.replace("\x7f-\x9f", "\x7f"))
# A letter of two or three bytes in UTF-8 whose bytes were read as Latin-1.
_TWICE = re.compile("[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")

_LETTER, _LOWER = "[^\\W\\d_]", "[^\\W\\d_A-Z]"
_CLOSED = re.compile("“([^“”\x94]*)\x94")
# Windows-1252, and where in a text its character may stand for that reading to be
# the only one. "N\x93 costume" is no quotation mark (it is an ō or ô): it is kept.
_READINGS = tuple(
    (re.compile(f"(?:{before}){character}{after}"), meant)
    for character, meant, before, after in (
        ("\x91", "‘", r"(?:^|(?<=[\s(\[]))", r"(?=\S)"),
        ("\x93", "“", r"(?:^|(?<=[\s(\[]))", r"(?=\S)"),
        ("\x92", "’", rf"(?<={_LETTER})", ""),
        ("\x94", "”", r"(?<=[^\s\w\ufffd])|(?<=[\d¼½¾⅛⅜⅝⅞])", ""),
        ("\x96", "–", "", ""),
        ("\x97", "—", "", ""),
        ("\x8a", "Š", rf"(?<!{_LETTER})", rf"(?={_LOWER})"),
        ("\x8e", "Ž", rf"(?<!{_LETTER})", rf"(?={_LOWER})"),
        ("\x8c", "Œ", rf"(?<!{_LETTER})", rf"(?={_LOWER})"),
    )
)


def mend(text: str) -> tuple[str, tuple[str, ...]]:
    """The text as it is taken in, and a sentence for each thing mended or kept."""
    if _ODD.search(text) is None:
        return text, ()
    text = _BREAK.sub("\n", text)
    said: list[str] = []
    text, gone = _LOST.subn("\ufffd", text)
    if _C1.search(text):
        text = _mend_code_page(text, said)
    if gone:
        said.append(
            f"characters that cannot be stored ({gone}) became U+FFFD: "
            "correct the text at the source"
        )
    return text, tuple(said)


def _mend_code_page(text: str, said: list[str]) -> str:
    before = text
    while (right := _put_right(text)) != text:
        text = right  # what was put right makes what stands beside it certain
    mended = sorted(set(_C1.findall(before)) - set(_C1.findall(text)))
    kept = sorted(set(_C1.findall(text)))
    if mended:
        said.append(
            f"{_codes(mended)} was read as the character of another code page and put "
            "right: look at it"
        )
    if kept:
        said.append(
            f"{_codes(kept)} is a control character and stays as it is, for nobody "
            "can say what it was: correct it at the source"
        )
    return text


def _put_right(text: str) -> str:
    text = _TWICE.sub(_once, text)
    for written, meant in _READINGS:
        text = written.sub(meant, text)
    return _CLOSED.sub("“\\1”", text)


def _once(match: re.Match[str]) -> str:
    written = match.group()
    if _C1.search(written) is None:
        return written  # "Ã©" without a control character may be meant
    try:
        meant = written.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return written
    return written if _C1.match(meant) else meant  # nobody means a control character


def _codes(characters: list[str]) -> str:
    return ", ".join(f"U+{ord(character):04X}" for character in characters)
