"""The creators that a query found, in order, kept so that later pages go on in it whatever the index says by then."""

from collections.abc import Sequence

from search.ranked import Ranked


class Window:
    """Empty before the first page of a query, which fills it; from then on it says whom later pages show, and where.

    Scores and reasons of later pages are those of the index as it is; whoever left it is left out.
    """

    def __init__(self) -> None:
        self.ids: tuple[str, ...] = ()

    def ordered(self, matches: Sequence[Ranked]) -> list[Ranked]:
        """The matches in the window's order; those who are new since are in no page of it."""
        if not self.ids:
            self.ids = tuple(entry.id for entry in matches)
            return list(matches)
        place = {key: number for number, key in enumerate(self.ids)}
        kept = [entry for entry in matches if entry.id in place]
        return sorted(kept, key=lambda entry: place[entry.id])
