"""Arithmetic, comparisons and joining over arrays, as Excel does them: coercion, blanks, errors, 15 digits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from qbe_xl.formula.values import (
    BLANK,
    BOOL,
    DIV,
    ERROR,
    NUM,
    NUMBER,
    TEXT,
    VALUE,
    Kinds,
    Numbers,
    Pair,
    Texts,
    number_of_text,
    significant,
    text_of_number,
)

# what was beyond this share of its operands is a difference; below it, binary dust
_DUST = 2e-15
_NEAR = 1e-14
# no error, in an array of errors
_NONE = -1.0


def has(kinds: Kinds, kind: int) -> bool:
    """Whether any of the kinds is this one."""
    return kinds == kind if isinstance(kinds, int) else bool((kinds == kind).any())


def only(kinds: Kinds, kind: int) -> bool:
    """Whether all of the kinds are this one."""
    return kinds == kind if isinstance(kinds, int) else bool((kinds == kind).all())


def true_at(mask: Any) -> list[tuple[int, ...]]:
    """Where a mask is true; the empty index for one value alone."""
    return [tuple(index) for index in np.argwhere(mask)]


def as_numbers(pair: Pair, texts: Texts) -> tuple[Any, Any]:
    """The numbers that arithmetic takes the values for, and the error of each (−1 for none; None where there is none)."""
    kinds, numbers = pair
    if isinstance(numbers, np.ndarray) and numbers.dtype == np.bool_:
        numbers = numbers.astype(np.float64)
    if isinstance(kinds, int):
        if kinds not in (TEXT, ERROR):
            return numbers, None
        kinds = np.full(np.shape(numbers), kinds, np.int8)
    wrong = (kinds == TEXT) | (kinds == ERROR)
    if not wrong.any():
        return numbers, None
    kinds, numbers = np.broadcast_arrays(kinds, np.asarray(numbers, np.float64))
    numbers = numbers.copy()
    errors = np.where(kinds == ERROR, numbers, _NONE)
    for index in true_at(kinds == TEXT):
        value = number_of_text(texts.all[int(numbers[index])])
        numbers[index] = 0.0 if value is None else value
        errors[index] = VALUE if value is None else _NONE
    numbers[errors != _NONE] = 0.0
    return numbers, errors


def first_error(left: Any, right: Any) -> Any:
    """The left side's error where it has one, else the right side's."""
    if left is None or right is None:
        return right if left is None else left
    return np.where(left != _NONE, left, right)


def with_errors(numbers: Any, errors: Any, kind: int = NUMBER) -> Pair:
    """A result with its errors put in."""
    if errors is None:
        return kind, numbers
    bad = errors != _NONE
    kinds = np.where(bad, ERROR, kind).astype(np.int8)
    return kinds, np.where(bad, errors, numbers)


def _added(left: Any, right: Any, result: Any) -> Any:
    """A sum without the dust that is left where its operands cancel, as spreadsheets do."""
    dust = np.abs(result) < _DUST * np.abs(left)
    return np.where(dust, 0.0, result) if np.any(dust) else result


def arithmetic(sign: str, left: Pair, right: Pair, texts: Texts) -> Pair:
    """`left sign right` for + − * / ^."""
    a, left_errors = as_numbers(left, texts)
    b, right_errors = as_numbers(right, texts)
    errors = first_error(left_errors, right_errors)
    if sign == "*":
        result = np.multiply(a, b)
    elif sign == "+":
        result = _added(a, b, np.add(a, b, dtype=np.float64))
    elif sign == "-":
        result = _added(a, b, np.subtract(a, b, dtype=np.float64))
    elif sign == "/":
        result = np.divide(a, b, dtype=np.float64)
        zero = np.equal(b, 0)
        if np.any(zero):
            errors = first_error(errors, np.where(zero, DIV, _NONE))
    else:
        result = np.power(np.asarray(a, np.float64), b)
        zero = np.equal(a, 0) & np.less_equal(b, 0)
        if np.any(zero):
            errors = first_error(errors, np.where(zero, np.where(np.equal(b, 0), NUM, DIV), _NONE))
    return finished(result, errors)


def finished(result: Any, errors: Any) -> Pair:
    """A number as a result: what is not finite is #NUM!."""
    lost = ~np.isfinite(result)
    if np.any(lost):
        errors = first_error(errors, np.where(lost, NUM, _NONE))
        result = np.where(lost, 0.0, result)
    return with_errors(result, errors)


_SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "=": np.equal, "<>": np.not_equal, "<": np.less, ">": np.greater, "<=": np.less_equal, ">=": np.greater_equal,
}  # fmt: skip


def _compare_numbers(sign: str, a: Any, b: Any) -> Any:
    result = _SIGNS[sign](a, b)
    near = (np.abs(np.subtract(a, b, dtype=np.float64)) <= _NEAR * np.abs(a)) & np.not_equal(a, b)
    if np.any(near):
        a, b, result, near = (np.array(x) for x in np.broadcast_arrays(a, b, result, near))
        for index in true_at(near):
            result[index] = _SIGNS[sign](significant(float(a[index])), significant(float(b[index])))
    return result


def compare(sign: str, left: Pair, right: Pair, texts: Texts) -> Pair:
    """A comparison: numbers below texts below truth values, case does not matter, a blank is what the other side is."""
    (left_kinds, a), (right_kinds, b) = left, right
    if sign in ("=", "<>") and not texts.cased:
        same = None
        if isinstance(right_kinds, int) and right_kinds == TEXT and not has(left_kinds, ERROR):
            same = np.equal(a, b) & (np.equal(left_kinds, TEXT) | np.equal(left_kinds, BLANK))
        elif _all_texts(left_kinds) and _all_texts(right_kinds):
            same = np.equal(a, b)  # a blank's number is that of the empty text
        if same is not None:
            return BOOL, same if sign == "=" else np.logical_not(same)
    if only(left_kinds, NUMBER) and only(right_kinds, NUMBER):
        return BOOL, _compare_numbers(sign, a, b)
    return _compare_any(sign, left, right, texts)


def _all_texts(kinds: Kinds) -> bool:
    """Whether there are texts and blanks only."""
    return bool(np.all(np.equal(kinds, TEXT) | np.equal(kinds, BLANK)))


def _compare_any(sign: str, left: Pair, right: Pair, texts: Texts) -> Pair:
    left_kinds, a, right_kinds, b = (
        np.array(x)
        for x in np.broadcast_arrays(
            np.asarray(left[0], np.int8), np.asarray(left[1], np.float64),
            np.asarray(right[0], np.int8), np.asarray(right[1], np.float64),
        )
    )  # fmt: skip
    errors = first_error(np.where(left_kinds == ERROR, a, _NONE), np.where(right_kinds == ERROR, b, _NONE))
    for kinds, others, numbers in ((left_kinds, right_kinds.copy(), a), (right_kinds, left_kinds.copy(), b)):
        blank = kinds == BLANK
        numbers[blank] = np.where(others[blank] == TEXT, float(texts.empty), 0.0)
        kinds[blank] = np.where(others[blank] == BLANK, NUMBER, others[blank])
    # by rank first: 0 and 0 where the kinds are one, so that the numbers decide
    result = np.array(_SIGNS[sign](left_kinds, right_kinds))
    same = left_kinds == right_kinds
    numeric = same & (left_kinds != TEXT)
    if numeric.any():
        result[numeric] = _compare_numbers(sign, a[numeric], b[numeric])
    words = same & (left_kinds == TEXT)
    if words.any():
        folded = np.asarray(texts.folded)
        x, y = folded[a[words].astype(np.intp)], folded[b[words].astype(np.intp)]
        if sign in ("=", "<>"):
            result[words] = _SIGNS[sign](x, y)
        else:
            lower = [texts.all[number].lower() for number in range(len(texts.all))]
            result[words] = [_SIGNS[sign](lower[i], lower[j]) for i, j in zip(x, y, strict=True)]
    return with_errors(result, errors if (errors != _NONE).any() else None, BOOL)


def as_texts(pair: Pair, texts: Texts) -> Pair:
    """Every value as a text; errors stay errors."""
    kinds, numbers = pair
    if only(kinds, TEXT):
        return pair
    kinds, numbers = (np.array(x) for x in np.broadcast_arrays(kinds, np.asarray(numbers, np.float64)))
    out = np.where(kinds == BLANK, float(texts.empty), numbers)
    for index in true_at((kinds == NUMBER) | (kinds == BOOL)):
        value = float(numbers[index])
        text = text_of_number(value) if kinds[index] == NUMBER else ("TRUE" if value else "FALSE")
        out[index] = texts.number(text)
    return np.where(kinds == ERROR, ERROR, TEXT).astype(np.int8), out


def joined(left: Pair, right: Pair, texts: Texts) -> Pair:
    """`left & right`."""
    if isinstance(right[0], int) and right[0] == TEXT and np.isscalar(right[1]) and right[1] == texts.empty:
        return as_texts(left, texts)
    (left_kinds, a), (right_kinds, b) = as_texts(left, texts), as_texts(right, texts)
    left_kinds, a, right_kinds, b = np.broadcast_arrays(left_kinds, a, right_kinds, b)
    errors = first_error(np.where(left_kinds == ERROR, a, _NONE), np.where(right_kinds == ERROR, b, _NONE))
    out = np.zeros(a.shape)
    words = texts.all
    for index in np.ndindex(a.shape):
        if errors[index] == _NONE:
            out[index] = texts.number(words[int(a[index])] + words[int(b[index])])
    return with_errors(out, errors if (errors != _NONE).any() else None, TEXT)


def truths(pair: Pair, texts: Texts) -> tuple[Any, Any]:
    """What a condition takes the values for, and the error of each (None where there is none)."""
    kinds, numbers = pair
    if isinstance(kinds, int) and kinds == BOOL:
        return numbers, None
    if not has(kinds, TEXT) and not has(kinds, ERROR):
        return np.not_equal(numbers, 0), None
    kinds, numbers = np.broadcast_arrays(kinds, np.asarray(numbers, np.float64))
    result = numbers != 0
    errors = np.where(kinds == ERROR, numbers, _NONE)
    for index in true_at(kinds == TEXT):
        word = texts.all[int(numbers[index])].upper()
        result[index] = word == "TRUE"
        errors[index] = _NONE if word in {"TRUE", "FALSE"} else VALUE
    return result, errors if (errors != _NONE).any() else None


def rounded(values: Any, digits: int, up: bool = False) -> Any:
    """ROUND (halves away from zero) or ROUNDUP (away from zero) of the decimals that Excel shows, not of binary dust."""
    values = np.asarray(values, np.float64)
    scale = 10.0 ** abs(digits)
    scaled = np.abs(values) * scale if digits >= 0 else np.abs(values) / scale
    large = scaled >= 1e15  # nothing is left to round
    whole = np.floor(scaled)
    rest = scaled - whole
    result = np.where(rest > 0, whole + 1, whole) if up else np.where(rest >= 0.5, whole + 1, whole)
    # where a hair decides, 15 digits do
    near = _NEAR * np.maximum(scaled, 1)
    doubtful = (np.minimum(rest, 1 - rest) <= near) & (rest != 0) if up else np.abs(rest - 0.5) <= near
    doubtful &= ~large
    if doubtful.any():
        flat, into = np.atleast_1d(scaled), np.atleast_1d(result)
        for index in true_at(np.atleast_1d(doubtful)):
            exact = significant(float(flat[index]))
            low = np.floor(exact)
            more = exact > low if up else exact - low >= 0.5
            into[index] = low + 1 if more else low
        result = into.reshape(result.shape)
    result = result / scale if digits >= 0 else result * scale
    return np.where(large, values, np.copysign(result, values))


def scalar(numbers: Numbers) -> float | None:
    """The one number that all are; None where they differ."""
    array = np.asarray(numbers, np.float64).ravel()
    return float(array[0]) if array.size and (array == array[0]).all() else None
