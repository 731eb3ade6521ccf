"""Numbers as people write them: grouped, in other digits, with words that limit or scale them."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final

DECIMAL: Final = r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?"
"""A number as documents have it."""
LIMITS: Final = {
    "at-least": ("at least", "no fewer than", "не менее", "не менше", "не менш ніж", "щонайменше", "≥"),
    "at-most": ("up to", "at most", "no more than", "до", "не более", "не більше", "≤"),
    "about": (
        *("~", "≈", "about", "approximately", "approx.", "approx", "around", "ca."),
        *("около", "примерно", "приблизительно", "близько", "приблизно"),
    ),
}
"""What stands before a number, by the comparator that it means."""
_SHORT: Final = {"at-least": (">=",), "at-most": ("<=",), "about": ("c.", "ca", "circa")}
"""What is understood in a document besides, where a person is asked to write it another way."""
_ZEROS: Final = {
    **dict.fromkeys(("k", "thousand", "тыс", "тис", "тысяч", "тисяч"), 3),
    **dict.fromkeys(("mln", "million", "millions", "millones", "млн", "миллион", "миллиона", "мільйон"), 6),
    **dict.fromkeys(("bn", "млрд"), 9),
}
"""How many zeros a word beside a number stands for, where it means one number in all languages."""


def plain(number: Decimal) -> str:
    """Return a number without an exponent and without zeros that say nothing.

    >>> plain(Decimal("010.50")), plain(Decimal("1.4e6")), plain(Decimal("-0.00"))
    ('10.5', '1400000', '0')
    """
    written = format(number, "f")
    written = written.rstrip("0").rstrip(".") if "." in written else written
    return "0" if number == 0 else written


def as_digits(text: str) -> str:
    """Return a number without what groups its digits, in those from 0 to 9; what is none as it is.

    A single point before three digits may be a decimal point, and is left.

    >>> as_digits("1_400"), as_digits("1.400.000,5"), as_digits("\u0661\u066c\u0664\u0660\u0660")
    ('1400', '1400000.5', '1400')
    """
    plain = "".join(str(unicodedata.decimal(sign, sign)) for sign in text.strip())
    plain = plain.replace("\u066c", ",").replace("\u066b", ".").replace("\u060c", ",")
    if re.fullmatch(r"-?[0-9]{1,3}(?:\.[0-9]{3})+(?:\.[0-9]{3}|,[0-9]+)", plain):
        return plain.replace(".", "").replace(",", ".")
    if re.fullmatch(r"-?[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]+)?", plain):  # as in India
        return plain.replace(",", "")
    plain = re.sub(r"(?<=[0-9])[ ,_'\u2019\u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))", "", plain)
    return re.sub(r"^(-?[0-9]{1,18}),([0-9]{1,2})$", r"\1.\2", plain)


def near(text: str) -> str:
    """Return how what is no number is to be written: the nearest one, if that can be said.

    >>> near("up to 3k").partition("; ")[2]
    'write 3000, with `comparator: at-most` if it is a quantity'
    >>> near("5 km")
    'digits with a point at most: 1960 or 1.5, without separators or units'
    """
    form = "digits with a point at most: 1960 or 1.5, without separators or units"
    digits = as_digits(text)
    if share := re.fullmatch(r"([0-9]{1,2}|100) ?%", digits):
        return f"{form}; write {Decimal(share[1]) / 100}"
    comparator, rest = _limited(digits)
    number = _unscaled(as_digits(rest))
    if number is None:
        return form
    limit = f", with `comparator: {comparator}` if it is a quantity" if comparator else ""
    return f"{form}; write {number}{limit}"


def _limited(text: str) -> tuple[str | None, str]:
    """Return the comparator that the words before or the sign after a number mean, and the rest."""
    if text.endswith("+"):
        return "at-least", text[:-1]
    low = text.lower()
    for comparator, words in LIMITS.items():
        for word in (*words, *_SHORT[comparator]):
            if low.startswith(word):
                return comparator, text[len(word) :]
    return None, text


def _unscaled(text: str) -> str | None:
    """Return a number that is put with a word for thousands or millions, an exponent or by sixteens."""
    if re.fullmatch(r"0x[0-9a-f]{1,8}", text, re.IGNORECASE):
        return str(int(text, 16))
    if found := re.fullmatch(r"(.*?[0-9])(?:e\+?(-?[0-9]{1,2})| ?([^\W\d]+)\.?)", text, re.IGNORECASE):
        zeros = int(found[2]) if found[2] else _ZEROS.get(found[3].casefold())
        number = as_digits(found[1])
        if zeros is not None and re.fullmatch(DECIMAL, number):
            text = plain(Decimal(number).scaleb(zeros))
    return text if re.fullmatch(DECIMAL, text) else None
