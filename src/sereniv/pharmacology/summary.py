"""Placeholder."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Summary:
    pass


@dataclass(frozen=True)
class SummaryResult:
    pass


def summarise(*a, **k):
    raise NotImplementedError
