"""What the variables of patterns may be in a graph, and which statements that rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from pyoxigraph import NamedNode, Triple

from mca_graph.store import Term
from mca_graph.validation.incremental.paths import Choice, Path, Sequence, Step, walk
from mca_graph.validation.incremental.patterns import Domains, Group, Pattern
from mca_graph.validation.incremental.view import View

_SAMPLE, _MOST = 4, 16
_DEAR = 1_000_000


def solve(group: Group, domains: Domains, view: View, seen: set[Triple] | None = None) -> Domains | None:
    """What the variables of a group may be; None where nothing fits.

    The domains may be too large, never too small.

    Args:
        group: the patterns.
        domains: what the variables may be from the start.
        view: the graph.
        seen: takes every triple that a solution rests on, those of its optional groups too.
    """
    domains = dict(domains)
    waiting = list(group.patterns)
    while waiting:
        best = 0
        if len(waiting) > 1 or seen is None:
            costs = [_cost(pattern, domains, view) for pattern in waiting]
            best = min(range(len(waiting)), key=costs.__getitem__)
            if costs[best] >= _DEAR and seen is None:
                break  # what is left hangs together with nothing that is known: it tells nothing
        if not _narrow(waiting.pop(best), domains, view, seen):
            return None
    for options in group.unions:
        found = [result for option in options if (result := solve(option, domains, view, seen)) is not None]
        if not found:
            return None
        for name in set.intersection(*(set(result) for result in found)):
            domains[name] = set().union(*(result[name] for result in found))
    if seen is not None:
        for optional in group.optionals:
            solve(optional, domains, view, seen)
    return domains


def domain(term: str | Term | None, domains: Domains, view: View) -> set[Term] | None:
    """What a term may be: a variable's domain, or the term itself; None for anything."""
    return domains.get(term) if isinstance(term, str) else None if term is None else {view.held(term)}


def _cost(pattern: Pattern, domains: Domains, view: View) -> int:
    """About how many statements must be looked at."""
    starts, ends = domain(pattern.start, domains, view), domain(pattern.end, domains, view)
    sides = []
    if starts is not None:
        sides.append(_fan(starts, pattern.path, view))
    if ends is not None:
        sides.append(_fan(ends, pattern.back, view))
    if not sides:
        if pattern.predicate not in domains:
            return _DEAR
        uses = sum(1 for _triple in islice(_uses(pattern, domains, view), _MOST))
        return uses if uses < _MOST else _DEAR
    return min(sides) - (len(sides) == 2)


def _uses(pattern: Pattern, domains: Domains, view: View) -> Iterator[Triple]:
    """The statements with a property that a pattern of one step may have; all where that is any."""
    properties = domain(pattern.predicate, domains, view)
    if properties is None:
        return view.triples(pattern.path.predicate if isinstance(pattern.path, Step) else None)
    return (triple for one in properties if isinstance(one, NamedNode) for triple in view.triples(one))


def _fan(nodes: set[Term], path: Path, view: View) -> int:
    steps = _first_steps(path)
    sample = list(islice(nodes, _SAMPLE))
    found = sum(view.count(node, step, _MOST) for node in sample for step in steps)
    return found * max(1, len(nodes) // _SAMPLE) * (1 if isinstance(path, Step) else 4)


def _first_steps(path: Path) -> list[Step]:
    if isinstance(path, Step):
        return [path]
    if isinstance(path, Sequence):
        return _first_steps(path.parts[0]) if path.parts else []
    if isinstance(path, Choice):
        return [step for option in path.options for step in _first_steps(option)]
    return _first_steps(path.inner)


def _narrow(pattern: Pattern, domains: Domains, view: View, seen: set[Triple] | None) -> bool:
    """Leave in the domains only what fits a pattern; False where nothing does."""
    starts, ends = domain(pattern.start, domains, view), domain(pattern.end, domains, view)
    if isinstance(pattern.path, Step):
        pairs = _statements(pattern, pattern.path, starts, ends, domains, view, seen)
        starts, ends = {start for start, _end in pairs}, {end for _start, end in pairs}
    elif starts is None and ends is None:
        if seen is not None:
            seen.update(view.triples())
        return True
    else:
        starts, ends = _reached(pattern, starts, ends, view, seen)
    for term, found in ((pattern.start, starts), (pattern.end, ends)):
        if found is not None:
            if not found:
                return False
            if isinstance(term, str):
                domains[term] = found & domains[term] if term in domains else found
                if not domains[term]:
                    return False
    return True


def _reached(
    pattern: Pattern, starts: set[Term] | None, ends: set[Term] | None, view: View, seen: set[Triple] | None
) -> tuple[set[Term] | None, set[Term] | None]:
    """Both ends of a path, narrowed; it is walked from either side, and the shorter way counts."""
    ahead: set[Triple] | None = None if seen is None else set()
    back: set[Triple] | None = None if seen is None else set()
    forward = walk(pattern.path, starts, view, ahead) if starts is not None else None
    backward = walk(pattern.back, ends, view, back) if ends is not None else None
    while True:
        for walking, triples in ((forward, ahead), (backward, back)):
            if walking is None:
                continue
            try:
                next(walking)
            except StopIteration as stop:
                if seen is not None:
                    seen.update(triples or ())
                if walking is forward:
                    return starts, stop.value if ends is None else stop.value & ends
                return stop.value if starts is None else stop.value & starts, ends


def _statements(
    pattern: Pattern,
    step: Step,
    starts: set[Term] | None,
    ends: set[Term] | None,
    domains: Domains,
    view: View,
    seen: set[Triple] | None,
) -> list[tuple[Term, Term]]:
    """The statements that fit a pattern of one step, as start and end."""
    if starts is None and ends is None:
        found: Iterable[tuple[Triple, Term, Term]] = (
            (triple, triple.subject, view.held(triple.object))  # type: ignore[arg-type, misc]
            for triple in _uses(pattern, domains, view)
            if triple.predicate not in step.excluded
        )
        if step.inverse:
            found = ((triple, end, start) for triple, start, end in found)
    elif ends is None or (starts is not None and _fan(starts, step, view) <= _fan(ends, pattern.back, view)):
        found = ((triple, node, end) for node in starts or () for triple, end in view.edges(node, step))
    else:
        back = pattern.back
        assert isinstance(back, Step)
        found = ((triple, start, node) for node in ends for triple, start in view.edges(node, back))
    properties = domain(pattern.predicate, domains, view)
    pairs, used = [], set[Term]()
    for triple, start, end in found:
        if (starts is None or start in starts) and (ends is None or end in ends):
            if properties is not None and triple.predicate not in properties:
                continue
            if pattern.start == pattern.end and start != end:
                continue
            pairs.append((start, end))
            used.add(triple.predicate)
            if seen is not None:
                seen.add(triple)
    if pattern.predicate is not None and pairs:
        domains[pattern.predicate] = used
    return pairs
