"""Whether a new edition may take the place of the one before: counts, and a sample of creators that find themselves."""

from typing import Final

from indexer.backends.elastic.search import creators_by_vector, posts_by_vector
from indexer.backends.elastic.view import View
from indexer.contract import Filters
from indexer.errors import IndexDamaged

_SAMPLE: Final = 20
_AMONG: Final = 10  # creators among whom one must find itself by its own vector
_FOUND: Final = 0.9  # of the sample, at least


def check_edition(view: View) -> None:
    """Raises IndexDamaged when the server does not hold or find what was sent."""
    sample = view.sample(_SAMPLE)
    held = view.blocks(sample)
    posts = sum(len(block.post_ids) for block in held.values())
    counted = view.count_posts(sample)
    if len(held) != len(sample) or posts != counted:
        raise IndexDamaged(
            f"the new index holds {counted} posts of {len(sample)} creators, {posts} were sent; it was not taken into "
            "use; run again: nichescout index rebuild"
        )
    asked = found = 0
    for name, block in held.items():
        if block.centroid is not None:
            near = creators_by_vector(
                view, block.centroid.astype("f4"), field="centroid", limit=_AMONG, filters=Filters()
            )
            asked, found = asked + 1, found + any(hit.creator_id == name for hit in near)
        if len(block.vectors):
            hits = posts_by_vector(
                view, block.vectors[0].astype("f4"), creators=_AMONG, per_creator=1, filters=Filters()
            )
            asked, found = asked + 1, found + any(hit.creator_id == name for hit in hits)
    if found < _FOUND * asked:
        raise IndexDamaged(
            f"of {asked} texts in the new index only {found} are found by their own vector; it was not taken into use; "
            "run again: nichescout index rebuild"
        )
