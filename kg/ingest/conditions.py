"""Conditions and sequences of norms: by which keys claims name them, and which lead back to themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kg.ingest.models.agreement import ConditionForm, Norm, SequenceForm
    from kg.ingest.outline import Path


@dataclass(frozen=True, slots=True)
class Dependence:
    """On what a norm or a reading depends, or after what it comes: its key, and the field that says so."""

    key: str
    form: ConditionForm | SequenceForm
    path: Path

    @property
    def is_sequence(self) -> bool:
        """Whether it is that after which the norm has to be done."""
        return self.path[-1] == "after"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a dependence: the field, a sentence, and what would be right."""

    path: Path
    message: str
    hint: str


def dependences(norm: Norm) -> Iterator[Dependence]:
    """Yield all on which the norm and its readings depend, as far as each says so itself."""
    yield from own_dependences(norm.if_, norm.after, "", ())
    for index, reading in enumerate(norm.readings):
        yield from own_dependences(reading.if_, reading.after, f"{reading.key}-", ("readings", index))


def own_dependences(
    conditions: tuple[ConditionForm, ...], after: SequenceForm | None, prefix: str, path: Path
) -> Iterator[Dependence]:
    """Yield what one norm or reading states; one without a key is called by its place, after the prefix."""
    for index, condition in enumerate(conditions):
        yield Dependence(condition.key or f"{prefix}{index + 1}", condition, (*path, "if", index))
    if after is not None:
        yield Dependence(after.key or f"{prefix}after", after, (*path, "after"))


def condition_keys(norms: Iterable[Norm]) -> dict[str, frozenset[str]]:
    """Return the norms by their keys, each with the keys of what it depends on."""
    return {norm.key: frozenset(found.key for found in dependences(norm)) for norm in norms}


def faults(norms: Iterable[tuple[Path, Norm]]) -> Iterator[Fault]:
    """Yield what cannot be meant: a key for two conditions, a norm that waits for itself."""
    listed = list(norms)
    follows = {norm.key: _named(norm, sequences_only=True) for _, norm in listed}
    for path, norm in listed:
        seen: dict[str, ConditionForm | SequenceForm] = {}
        for one in dependences(norm):
            here = (*path, *one.path)
            if seen.setdefault(one.key, one.form) != one.form:
                message = f"key {one.key!r} names two conditions of this norm"
                yield Fault(here, message, "give each a `key` of its own")
            if one.form.norm == norm.key:
                said = "has to be done after itself" if one.is_sequence else "is its own condition"
                yield Fault((*here, "norm"), f"the norm {said}", "name the other norm, or leave `norm` out")
            elif one.is_sequence and one.form.norm is not None:
                circle = _way(one.form.norm, norm.key, follows)
                if circle:
                    message = f"the norm has to be done after itself: {' after '.join((norm.key, *circle))}"
                    yield Fault(
                        (*here, "norm"), message, "leave out the `after` of the norm that comes first"
                    )


def circles(norms: Iterable[tuple[Path, Norm]]) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Yield each condition by which norms depend on each other, with the norms from its own back to it."""
    listed = list(norms)
    leads = {norm.key: _named(norm, sequences_only=False) for _, norm in listed}
    for path, norm in listed:
        for one in dependences(norm):
            if one.is_sequence or one.form.norm is None or one.form.norm == norm.key:
                continue
            circle = _way(one.form.norm, norm.key, leads)
            if circle:
                yield (*path, *one.path, "norm"), (norm.key, *circle)


def _named(norm: Norm, *, sequences_only: bool) -> tuple[str, ...]:
    return tuple(
        one.form.norm
        for one in dependences(norm)
        if one.form.norm is not None and (one.is_sequence or not sequences_only)
    )


def _way(start: str, end: str, leads: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the shortest way from one norm to another, both included; nothing if there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for way in ways:
        if way[-1] == end:
            return way
        for other in leads.get(way[-1], ()):
            if other not in seen:
                seen.add(other)
                ways.append((*way, other))
    return ()
