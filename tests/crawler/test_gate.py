"""What of a page may be kept: every state of consent, both page directives, and the scrubber over every text."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.items import AccountItem, Consent, Counts, PageDirectives, PageResult, PostItem, ProfileLink
from crawler.gate import changed_content, gate
from tests.crawler.builders import account, link, post, result

MAIL = "write to mika.k@pixel.example or call +1 (617) 555-0133"


def test_an_open_page_passes_unchanged() -> None:
    page = result(accounts=(account("mika", bio="I roll sushi since 1998"),), posts=(post("mika"),), links=(link(),))
    assert gate(page) == page
    assert not changed_content(page, gate(page))


@pytest.mark.parametrize("state", [Consent.DENIED, Consent.UNKNOWN])
def test_of_a_closed_account_only_names_and_consent_remain(state: Consent) -> None:
    closed = account(
        "mika",
        state,
        name="Mika",
        bio="sushi",
        location="Boston",
        languages=("en",),
        tags=("sushi",),
        links=(ProfileLink("https://mika.example/"),),
        counts=Counts(followers=9),
    )
    page = result(accounts=(closed,), posts=(post("mika"), post("noor")))
    kept = gate(page)
    assert kept.accounts[0].aliases == closed.aliases
    assert kept.accounts[0].consent == closed.consent
    assert [p.account for p in kept.posts] == [post("noor").account]
    text = repr(kept.accounts[0])
    assert not any(word in text for word in ("Mika", "sushi", "Boston", "mika.example", "followers=9"))
    assert changed_content(page, kept)


def test_a_profile_only_account_keeps_its_profile_and_loses_its_posts() -> None:
    page = result(accounts=(account("mika", Consent.PROFILE, bio="sushi"),), posts=(post("mika"),))
    kept = gate(page)
    assert kept.accounts == page.accounts
    assert kept.posts == ()
    assert changed_content(page, kept)


@pytest.mark.parametrize("order", [1, -1])
def test_the_stricter_word_counts_in_both_orders(order: int) -> None:
    twice = (account("mika"), account("mika", Consent.DENIED))[::order]
    assert gate(result(accounts=twice, posts=(post("mika"),))).posts == ()


def test_a_noindex_page_gives_links_but_no_content() -> None:
    page = result(
        accounts=(account("mika"),), posts=(post("mika"),), links=(link(),), directives=PageDirectives(noindex=True)
    )
    kept = gate(page)
    assert (kept.accounts, kept.posts, kept.links) == ((), (), (link(),))
    assert changed_content(page, kept)


def test_an_opt_out_on_a_noindex_page_is_heard() -> None:
    page = result(accounts=(account("mika", Consent.DENIED, bio="x"),), directives=PageDirectives(noindex=True))
    assert [a.consent.state for a in gate(page).accounts] == [Consent.DENIED]


def test_a_nofollow_page_gives_no_links() -> None:
    page = result(accounts=(account("mika"),), links=(link(),), directives=PageDirectives(nofollow=True))
    assert gate(page).links == ()
    assert gate(page).accounts == page.accounts


def test_addresses_and_numbers_leave_every_text() -> None:
    page = result(
        accounts=(
            account(
                "mika",
                name=f"Mika {MAIL}",
                bio=MAIL,
                location=MAIL,
                tags=("sushi", "mika.k@pixel.example"),
                links=(
                    ProfileLink("https://mika.example/contact", text=MAIL),
                    ProfileLink("mailto:mika.k@pixel.example"),
                    ProfileLink("tel:+16175550133"),
                ),
            ),
        ),
        posts=(post("mika", text=MAIL, title=MAIL, place=MAIL, tags=(MAIL, "rice")),),
    )
    kept = gate(page)
    assert "mika.k@" not in repr(kept)
    assert "555" not in repr(kept)
    assert [one.url for one in kept.accounts[0].links] == ["https://mika.example/contact"]
    assert kept.accounts[0].tags == ("sushi",)
    assert kept.posts[0].tags == ("rice",)
    assert changed_content(page, kept)


TEXTS = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(["a@b.example", "+49 89 123456", "(212) 555-0100", "1998", "$12", "@mika@pixel.example", "."]),
        max_size=4,
    ).map(" ".join),
)
NAMES = st.sampled_from(["mika", "noor", "olu"])


@st.composite
def pages(draw: st.DrawFn) -> PageResult:
    accounts: list[AccountItem] = [
        account(draw(NAMES), draw(st.sampled_from(Consent)), name=draw(TEXTS), bio=draw(TEXTS), tags=(draw(TEXTS),))
        for _ in range(draw(st.integers(0, 3)))
    ]
    posts: list[PostItem] = [
        post(draw(NAMES), draw(TEXTS), number, title=draw(TEXTS), tags=(draw(TEXTS),))
        for number in range(draw(st.integers(0, 3)))
    ]
    directives = PageDirectives(noindex=draw(st.booleans()), nofollow=draw(st.booleans()))
    return result(accounts=tuple(accounts), posts=tuple(posts), links=(link(),), directives=directives)


@given(pages())
def test_the_gate_is_idempotent_and_never_adds(page: PageResult) -> None:
    kept = gate(page)
    assert gate(kept) == kept
    assert len(kept.accounts) <= len(page.accounts)
    assert len(kept.posts) <= len(page.posts)
    closed = {a.aliases[0] for a in page.accounts if a.consent.state is not Consent.FULL}
    assert not any(p.account in closed for p in kept.posts)
    untouched = {"accounts", "posts", "links"}
    for one in dataclasses.fields(page):
        assert one.name in untouched or getattr(kept, one.name) == getattr(page, one.name)
