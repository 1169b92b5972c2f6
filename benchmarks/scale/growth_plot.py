"""The figures of growth as an SVG: CPU milliseconds a post and an answer over the posts, all logarithmic."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

WIDTH, HEIGHT, GAP = 420, 300, 70
LEFT, TOP = 60, 40
_POSTS: Final = {4: "10,000", 5: "100,000", 6: "a million posts"}
COLOURS: Final = {"embedded": "#0b6e4f", "elastic": "#b23a48"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What was measured of one backend at one size; times in milliseconds, ``p50`` and ``p95`` of a whole answer."""

    backend: str
    posts: int
    posts_a_second: float
    cpu_a_post: float
    cpu_an_answer: float
    p50: float
    p95: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Panel:
    """One plot. ``low`` and ``high`` are powers of ten."""

    title: str
    left: int
    low: int
    high: int
    value: Callable[[Point], float]

    def x(self, posts: float) -> float:
        """4: ten thousand posts, at the left; 6: a million."""
        return self.left + (math.log10(posts) - 4) / 2 * WIDTH

    def y(self, value: float) -> float:
        """The higher, the more."""
        return TOP + HEIGHT * (1 - (math.log10(value) - self.low) / (self.high - self.low))


def drawn(points: Sequence[Point]) -> str:
    """The whole picture."""
    panels = (
        Panel("writing a post, ms of CPU", LEFT, -1, 2, lambda point: point.cpu_a_post),
        Panel("a whole answer, ms of CPU", LEFT + WIDTH + GAP, 0, 3, lambda point: point.cpu_an_answer),
    )
    width, height = LEFT + 2 * WIDTH + GAP + 50, TOP + HEIGHT + 60
    body = [line for panel in panels for line in _panel(panel, points)]
    for row, (backend, colour) in enumerate(COLOURS.items()):
        x = LEFT + 130 * row
        body.append(f'<circle cx="{x}" cy="{height - 10}" r="5" fill="{colour}"/>')
        body.append(f'<text x="{x + 10}" y="{height - 6}">{backend}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="13" role="img" aria-label="Growth of both index backends">\n'
        f'<rect width="{width}" height="{height}" fill="white"/>\n' + "\n".join(body) + "\n</svg>\n"
    )


def _panel(panel: Panel, points: Sequence[Point]) -> Iterator[str]:
    yield f'<text x="{panel.left}" y="{TOP - 15}" font-weight="bold">{panel.title}</text>'
    for power in range(panel.low, panel.high + 1):
        y = panel.y(10**power)
        yield f'<line x1="{panel.left}" x2="{panel.left + WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        yield f'<text x="{panel.left - 8}" y="{y + 4:.1f}" text-anchor="end">{10**power:g}</text>'
    for power in _POSTS:
        x = panel.x(10**power)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{TOP + HEIGHT}" stroke="#ddd"/>'
        yield f'<text x="{x:.1f}" y="{TOP + HEIGHT + 18}" text-anchor="middle">{_POSTS[power]}</text>'
    for backend, colour in COLOURS.items():
        found = [(panel.x(p.posts), panel.y(panel.value(p)), panel.value(p)) for p in points if p.backend == backend]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in found)
        yield f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>'
        for x, y, value in found:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>'
            yield f'<text x="{x:.1f}" y="{y - 9:.1f}" text-anchor="middle" fill="{colour}">{_short(value)}</text>'


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"
