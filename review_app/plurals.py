"""Which form of a word goes with a number; languages we have no rule for say *other*.

Forms stand in the order of CLDR: zero, one, two, few, many, other, as far as the
language has them. Source: https://cldr.unicode.org/index/cldr-spec/plural-rules
"""

from collections.abc import Callable, Mapping, Sequence


def plural_form(language: str, number: int | None, forms: Sequence[str]) -> str:
    """The form for the number; the last stands in for any that is not written.

    `0=nothing yet` names a form for exactly that number.
    """
    exact = {f"{number}=": form.partition("=")[2] for form in forms if "=" in form}
    for form in forms:
        head, sign, rest = form.partition("=")
        if sign and head.strip().isdecimal() and int(head) == number:
            return rest
    plain = [form for form in forms if not form.partition("=")[0].strip().isdecimal()]
    if not plain:
        return next(iter(exact.values()), "")
    if number is None:
        return plain[-1]
    place = _RULES.get(language.partition("-")[0], _never_one)(number)
    return plain[min(place, len(plain) - 1)]


def _english(number: int) -> int:
    return 0 if number == 1 else 1


def _arabic(number: int) -> int:
    if number <= 2:
        return number
    if 3 <= number % 100 <= 10:
        return 3
    return 4 if number % 100 >= 11 else 5


def _one_form(number: int) -> int:
    return 0


def _never_one(number: int) -> int:
    return 99  # always the last form, which is *other*


_RULES: Mapping[str, Callable[[int], int]] = {
    "en": _english,
    "ar": _arabic,
    "zh": _one_form,
}
