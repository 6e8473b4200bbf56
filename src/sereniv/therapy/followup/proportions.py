"""How sure a proportion is."""

from decimal import Decimal
from math import sqrt


def wilson(cases: int, of: int, z: Decimal) -> tuple[float, float]:
    """Return the score interval of `cases` out of `of` as two fractions (Wilson 1927).

    Parameters
    ----------
    z
        The normal quantile: 1.959964 for 95 %.

    Raises
    ------
    ValueError
        When there is nothing to count in, or more cases than that.
    """
    if of <= 0 or not 0 <= cases <= of:
        raise ValueError(f"{cases} of {of} is no proportion.")
    fraction, quantile = cases / of, float(z)
    square = quantile * quantile
    middle = (fraction + square / (2 * of)) / (1 + square / of)
    half = quantile / (1 + square / of) * sqrt(fraction * (1 - fraction) / of + square / (4 * of * of))
    # At the ends rounding must not put the interval beside its own share.
    return (middle - half if cases else 0.0), (middle + half if cases < of else 1.0)
