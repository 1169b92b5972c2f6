"""A creator whose JSON stands ready is the creator that is translated when it is asked for."""

import copy
import json
from dataclasses import replace

import pytest

from indexer.bundles import CreatorDocument, MarkView, Reactions
from indexer.card import card_of, iso_time, pack_card, unpack_cards
from indexer.creator_view import Caution, CreatorResult, creator_result, you_said
from indexer.engagement import PEERS, Peers, rate_at, steps_of
from search.results import Match, Parts, Result, answer_json
from tests.indexer.worlds import DAY, creator

SECOND = DAY.replace(microsecond=0)  # JSON has no more than that
CAUTIONS = (Caution("silent", "silent for “3” months\n", "https://a.example/"), Caution("denied", '\x00\x01"', ""))
LIKED = Reactions(4.0, 9, ("likes",))


def documents() -> list[CreatorDocument]:
    plain = creator("c1", ["sushi"], bio="Café\n\x00 \u2028 oysters", followers=3000, reactions=LIKED).creator
    nobody = creator("c2", kind="bot").creator
    several = replace(
        plain,
        accounts=(*plain.accounts, *nobody.accounts, *plain.accounts),
        marks=(MarkView("kind", "person", None, "", SECOND, "is a person"),),
        last_post_at=SECOND,
        topics=(("omakase", 0.25),),
        links=("https://a.example/contact",),
        discovered_by=(("plan", "seed", "https://b.example/"),),
    )
    return [plain, nobody, several]


def peers() -> Peers:
    account = creator("c", followers=3000, reactions=LIKED).creator.accounts[0]
    return Peers(dict.fromkeys(steps_of([account]), PEERS + 5))


def filled(document: CreatorDocument, warnings: tuple[Caution, ...]) -> CreatorResult:
    standing = [peers().standing(rate) for account in document.accounts if (rate := rate_at(account))]
    return card_of(document).filled(standing, warnings)


@pytest.mark.parametrize("warnings", [(), CAUTIONS[:1], CAUTIONS])
@pytest.mark.parametrize("number", range(3))
def test_what_stands_ready_is_what_would_be_made(number: int, warnings: tuple[Caution, ...]) -> None:
    document = documents()[number]
    made, ready = creator_result(document, peers(), warnings), filled(document, warnings)
    assert answer_json((ready,)) == answer_json((made,))
    assert json.loads(answer_json((ready,), indent=1)) == json.loads(answer_json((made,)))
    assert (ready.id, ready.warnings, ready.tier) == (made.id, made.warnings, made.tier)
    assert ready == filled(document, warnings)
    assert [answer_json((value,)) for value in ready] == [answer_json((value,)) for value in made]
    assert copy.deepcopy(ready) == ready
    assert len({ready, filled(document, warnings)}) == 1
    with pytest.raises(AttributeError):
        ready.nothing  # type: ignore[attr-defined]  # noqa: B018


def test_a_word_of_the_operator_is_known_again() -> None:
    mark = MarkView("relevant", "", None, "", DAY, "fits")
    [said] = filled(replace(documents()[0], marks=(mark,)), ()).you_said
    assert said == you_said(mark)


def test_how_an_account_stands_is_filled_in() -> None:
    assert [account.engagement.percentile is None for account in filled(documents()[2], ()).accounts] == [
        False,
        True,
        False,
    ]


def test_a_whole_answer_holds_each_creator_in_its_place() -> None:
    match = Match(1, 0.5, 0.5, "possible", Parts(0.1, 0.2), ())
    ready = [Result(filled(document, ()), match) for document in documents()]
    made = [Result(creator_result(document, peers()), match) for document in documents()]
    assert answer_json((*ready, "no creator", made[0])) == answer_json((*made, "no creator", made[0]))


def test_cards_are_packed_side_by_side() -> None:
    cards = unpack_cards(b"".join(map(pack_card, documents())))
    assert cards == [card_of(document) for document in documents()]
    assert unpack_cards(b"") == []
    card = cards[2]
    assert (card.bio, card.last_post_at) == (documents()[2].bio, SECOND.isoformat())
    assert card.rated is not None
    assert card.rated[1] == 3000


@pytest.mark.parametrize("content", [b"{", b"{\n{}\n", b"[1]\n{}\n", b"[]\n", b"\xff\n\n"])
def test_what_is_no_card_is_told(content: bytes) -> None:
    with pytest.raises((ValueError, TypeError)):
        unpack_cards(content)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        iso_time(DAY.replace(tzinfo=None))
