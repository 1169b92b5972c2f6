"""Every number of the ranker, in one frozen value. Formulas: ``fusion`` and ``aggregate``; reasons: ``docs``.

Named tuples, as a dataclass of so many fields takes 2 ms of each search to make.

Values follow ``aggregate``'s formulas and were chosen to be good on all judged collections at once rather than
best on one (weights do not carry over from one collection to another). Nothing here depends on followers.
"""

from typing import Final, NamedTuple


class Weights(NamedTuple):
    """Weights and limits of one ranking; shares are fractions of 1."""

    dense: float = 0.75  # share of the cosine in a post's score, the rest is BM25
    profile: float = 0.56  # share of the profile in the relevance, the rest is the posts'
    best: float = 0.0  # of the posts' part: the best post alone
    discounted: float = 0.12  # ... the best five, weighted 1, 1/2, 1/3, 1/4, 1/5
    recurring: float = 0.0  # ... how many good posts, saturating
    principal: float = 0.88  # ... the share of all they write that is on the theme, told by its vocabulary
    short_theme: int = 3  # words; whoever asks for more means just this, not a niche with words of its own,
    keyword_theme: int = 5  # ... or for more than these, where the index holds
    seen_writing: float = 3.0  # ... so many posts of a creator on average
    others: float = 3.0  # n posts with k on the theme are on it by k / (n + others)
    bio_from: float = 0.25  # a bio counts as a post on the theme, by its nearness from this cosine
    bio_full: float = 0.6  # ... to this one
    centroid: float = 0.7  # share of the cosine in the rest of the profile, what is left is BM25 over the profile
    bio_alone: float = 0.6  # what the nearness of a bio is worth however few posts there are
    bio_names: float = 0.1  # share of the bio's naming the theme in the profile
    shrink: float = 2.0  # n posts count n / (n + shrink): one post makes no interest
    enough_posts: int = 20  # ... and more than these add nothing
    listing: float = 0.4  # authenticity of a profile that lists a dozen themes or towns
    doubtful: float = 0.9  # ... for each sign that followers, reactions or the rhythm of posts are made, not grown
    not_a_voice: float = 0.3  # authenticity of an organisation, a bot or a collection of others' posts
    beyond_border: float = 0.2  # what nearness is worth when a state, a region or a country was asked for
    engagement: float = 0.03  # what reactions beside those of the same size and platform move a score by, at most
    denied_bio: float = 0.1  # what is left of the profile of someone who says "not a sushi person"
    evidence_share: float = 0.07  # posts that can be evidence, as a share of the index
    evidence_least: int = 100  # ... but at least so many
    evidence_most: int = 1000  # ... and at most so many,
    near_best: float = 0.75  # ... unless more reach this share of the best post's score

    def evidence(self, posts: int) -> int:
        """How many posts of an index of ``posts`` can be evidence for one query."""
        return max(self.evidence_least, min(self.evidence_most, int(posts * self.evidence_share)))


class Limits(NamedTuple):
    """How far a query looks."""

    leg_creators: int = 300  # distinct creators that each leg must find
    per_creator: int = 10  # posts of one creator that count at all
    scored: int = 200  # creators that are scored by both legs
    window: int = 500  # creators that one query can page through
    nearest: int = 5  # shown when nothing reaches the confidence


WEIGHTS: Final = Weights()
UNTOLD: Final = WEIGHTS._replace(
    dense=0.85, profile=0.45, best=0.35, discounted=0.35, recurring=0.3, principal=0.0,
    centroid=0.6, shrink=1.0,
)  # fmt: skip
"""For a theme without a vocabulary: a description of many words, or a theme of which nobody here keeps writing. Which
share of somebody's posts is on it cannot be told then, so the best of them speak."""
LIMITS: Final = Limits()
