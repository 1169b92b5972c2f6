"""What a crawl brought in, as lines for a person and as JSON: relevant creators per 100 pages, by source and seed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from app.terminal import clean

if TYPE_CHECKING:  # the bar of an index build needs no catalog
    from catalog.harvest import Harvest, Yield

_MOST_SEEDS: Final = 5  # at the end of a crawl; the command shows all
_LONGEST: Final = 60  # characters of a seed's name
_NOT_JUDGED: Final = "nobody was judged (no theme in the query, or it ran before harvests were counted)"


def relevant_words(relevant: int | None, pages: int) -> str:
    """``12 relevant (5.6 per 100 pages)``; "" where nobody was judged."""
    return "" if relevant is None or not pages else f"{relevant} relevant ({100 * relevant / pages:.1f} per 100 pages)"


def headline(harvest: "Harvest") -> str:
    """The whole of a crawl in one line."""
    brought = relevant_words(harvest.relevant, harvest.pages) if harvest.judged else _NOT_JUDGED
    ended = "" if harvest.finished else ", not ended"
    return f"“{clean(harvest.query)}”, {harvest.started:%Y-%m-%d %H:%M} UTC{ended}: {harvest.pages} pages, {brought}"


def harvest_lines(harvest: "Harvest", *, most_seeds: int | None = _MOST_SEEDS) -> Iterator[str]:
    """A line for each source and for the best seeds; nothing where nobody was judged."""
    if not harvest.judged:
        return
    seeds = [one for one in harvest.by_seed if one.pages]
    shown = seeds if most_seeds is None else seeds[:most_seeds]
    for kind, yields in (("source", harvest.by_source), ("seed", shown)):
        yield from (_line(kind, one) for one in yields if one.pages)
    if len(seeds) > len(shown):
        yield f'  … and {len(seeds) - len(shown)} more seeds: nichescout harvest "{clean(harvest.query)}"'


def as_json(harvest: "Harvest") -> dict[str, Any]:
    """Names and numbers; ``relevant`` and ``per_100`` are null where nobody was judged."""
    return {
        "job": harvest.job_id,
        "query": harvest.query,
        "started": harvest.started.isoformat(),
        "finished": harvest.finished.isoformat() if harvest.finished else None,
        "judged": harvest.judged,
        **_numbers(harvest.pages, harvest.relevant, judged=harvest.judged),
        "by_source": [_yield(one, judged=harvest.judged) for one in harvest.by_source],
        "by_seed": [_yield(one, judged=harvest.judged) | {"left_out": one.left_out} for one in harvest.by_seed],
    }


def _line(kind: str, one: "Yield") -> str:
    left_out = f", {one.left_out} addresses left out: it has cost what a seed may" if one.left_out else ""
    return (
        f"  {kind} {_short(clean(one.name))}: {one.relevant} on {one.pages} pages ({one.per_100:.1f} per 100){left_out}"
    )


def _short(name: str) -> str:
    """Many hashtags on one host: the first ones and the host."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST // 2]} … {name[-_LONGEST // 2 :]}"


def _yield(one: "Yield", *, judged: bool) -> dict[str, Any]:
    return {"name": one.name, **_numbers(one.pages, one.relevant, judged=judged)}


def _numbers(pages: int, relevant: int, *, judged: bool) -> dict[str, Any]:
    per_100 = round(100 * relevant / pages, 2) if pages else 0.0
    return {"pages": pages, "relevant": relevant if judged else None, "per_100": per_100 if judged else None}
