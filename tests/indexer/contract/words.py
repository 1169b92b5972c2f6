"""Of the contract: the words of a niche, and texts as they come."""

from dataclasses import replace

import pytest

from indexer.contract import Index
from tests.indexer.contract.case import NO_FILTERS, ContractCase
from tests.indexer.contract.people import niche_and_others
from tests.indexer.worlds import creator, query, unit


class Words(ContractCase):
    """What is written, and what writers of a theme share."""

    def test_the_vocabulary_is_what_writers_of_a_theme_share(self, index: Index) -> None:
        self.fill(index, niche_and_others())
        found = index.vocabulary(query("sushi"))
        assert found is not None
        assert found.writers == 6
        assert [word.written for word in found.words] == ["omakase", "nigiri"]
        assert found.words[0].weight == 1.0
        assert 0.0 < found.words[1].weight < 1.0

    def test_too_few_writers_have_no_vocabulary(self, index: Index) -> None:
        self.fill(index, niche_and_others()[2:])
        assert index.vocabulary(query("sushi")) is None
        assert index.vocabulary(query("nothing")) is None

    def test_posts_in_the_words_of_a_niche_are_on_its_theme(self, index: Index) -> None:
        self.fill(index, niche_and_others())
        asked = query("sushi")
        found = index.vocabulary(asked)
        names = ["quiet", "s0", "o0"]
        plain = index.best_posts(names, asked, unit("x"), per_creator=3)
        told = index.best_posts(names, asked, unit("x"), per_creator=3, vocabulary=found)
        assert {scores.on_theme for scores in plain.values()} == {0.0}
        assert 0.5 < told["quiet"].on_theme <= 2.0  # names no sushi at all
        assert told["o0"].on_theme == 0.0
        assert [post.lexical for post in told["quiet"].posts] == [0.0, 0.0]

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "çà 寿司 寿司 🍣 مرحبا",
            "a\0b",
            "x" * 10_000,
            "word " * 2_000,
            "\ud7ff line\nbreak\ttab",
            "'\"\\ AND OR NOT * ~ ^ : (",
        ],
        ids=["empty", "unicode", "nul", "one long word", "10,000 characters", "white space", "operators"],
    )
    def test_any_text_is_kept_and_found(self, index: Index, text: str) -> None:
        bundle = creator("ç🍣", [text], bio=text)
        tidy = replace(bundle.posts[0], surface=" ".join(text.split()), stems=" ".join(text.split()))
        self.fill(index, [replace(bundle, posts=(tidy,)), creator("c2", ["other"])])
        assert index.posts_of("ç🍣")[0].text == text
        words = text.split()
        hits = index.search_posts_text(
            query("")._replace(surface=tuple(words[:3])), creators=9, per_creator=9, filters=NO_FILTERS
        )
        assert [hit.creator_id for hit in hits] == (["ç🍣"] if words else [])
