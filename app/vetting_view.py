"""What a person sees of one creator: the report of ``show`` for a terminal of 80 columns.

Every claim comes with an address; what is not known is said at the end, never drawn as zero.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from app.terminal import BAND_STYLE, activity, clean, day, first_handle, indented, said_lines, where
from indexer.creator_view import counted_words
from search.present import place_words, reaction_words
from search.report import Cadence, Growth, Joined, Month, NicheFit, Quote, Sponsored, VettingReport
from search.results import AccountResult, CreatorResult, PlaceReasonResult, PlaceResult, Tier

POSTS_SHOWN: Final = 8
REASONS: Final = 3
WAYS: Final = 2
YEARS: Final = 5
LEAST: Final = 0.1  # confidence of a place beside the home
BARS: Final = "▁▂▃▄▅▆▇█"
WHAT: Final = {"purchase": "bought", "visit": "was there", "review": "reviewed"}
MEANS: Final = {"paid": "paid for", "gift": "a gift or invitation", "affiliate": "earns from links or codes"}
PLACE: Final = {
    "fits": "lives where you asked",
    "possible": "may live where you asked, or near",
    "near": "lives near the place you asked for",
    "elsewhere": "lives elsewhere",
    "unknown": "where they live is not known",
}
Lines = list[Text | Padding]


def report_lines(report: VettingReport) -> Group:
    """The whole report, what decides first: who, the niche, warnings; then rhythm, reactions, money, people, posts."""
    return Group(
        *_head(report.creator),
        *_warnings(report.creator),
        *_niche(report.niche),
        *_section(
            "Writes about", [f"{topic.label}  {topic.share:.0%} of posts  {topic.url}" for topic in report.topics]
        ),
        *_cadence(report.cadence, report.niche),
        *_section("Places", _places(report.creator.places)),
        *_section("Accounts", [_account(account) for account in report.creator.accounts]),
        *_section("Growth", [_growth(each) for each in report.growth]),
        *_section("One creator, because", [_joined(joined) for joined in report.joined]),
        *_comments(report),
        *_sponsored(report.sponsored),
        *_quoted("Own purchases, visits and reviews", ((WHAT[each.kind], each.said) for each in report.dealings)),
        *_brands(report),
        *_section("Others they name", [_mention(report, number) for number in range(len(report.mentions))]),
        *_section("To reach them", [f"{contact.kind}  {contact.url}" for contact in report.creator.contact]),
        *_section("Found by", [f"{way.plan}: {way.seed}, {way.url}" for way in report.creator.discovered_by[:WAYS]]),
        *_posts(report),
        *_section("Not known", report.unknown),
        Text(
            f"\nFirst seen {day(report.creator.first_seen)}, last read {day(report.creator.last_fetched)}. "
            f"{report.creator.id}",
            style="dim",
        ),
    )


def tier_words(tier: Tier | None) -> str:
    """The tier with its bounds: "nano (1,000 to 9,999)"."""
    if tier is None:
        return ""
    return f"{tier.name} ({tier.min:,} to {tier.max:,})" if tier.max is not None else f"{tier.name} (from {tier.min:,})"


def _head(creator: CreatorResult) -> Lines:
    counts = [account.followers for account in creator.accounts if account.followers is not None]
    size = f"{max(counts):,} followers, {tier_words(creator.tier)}" if counts else "followers not known"
    kind = "kind not known" if creator.kind == "unknown" else creator.kind
    lines: Lines = [Text(clean(creator.name) or first_handle(creator) or creator.id, style="bold")]
    lines.append(
        Text(" · ".join(filter(None, [kind, where(creator), size, activity(creator), ", ".join(creator.languages)])))
    )
    if creator.bio:
        lines.append(Text(f"“{clean(creator.bio)}”", style="italic"))
    return lines


def _warnings(creator: CreatorResult) -> Lines:
    made = [Text(f"! {clean(each.text)}  {clean(each.url)}".rstrip(), style="red") for each in creator.warnings]
    made += said_lines(creator.you_said)
    return [Text(), *made] if made else []


def _niche(niche: NicheFit | None) -> Lines:
    if niche is None:
        return []
    head = Text(f"\nFor “{clean(niche.query)}”", style="bold")
    if niche.band is not None and niche.confidence is not None:
        head.append(f"  {niche.band} ({niche.confidence:.0%})", style=BAND_STYLE.get(niche.band, ""))
    else:
        head.append("  outside of the size or words that you asked for", style="red")
    share = "" if niche.share is None else f"{niche.share:.0%} of posts ({niche.posts}) are on it"
    latest = f"the latest {day(niche.latest_at)}" if niche.latest_at else ""
    facts = [share, latest, PLACE[niche.place] if niche.place else ""]
    lines: Lines = [head, indented(Text(" · ".join(filter(None, facts))), 2)]
    lines += [indented(_quote("best", quote), 2) for quote in niche.best]
    lines += [indented(_quote("latest", quote), 2) for quote in niche.latest]
    return lines


def _cadence(cadence: Cadence, niche: NicheFit | None) -> Lines:
    """One row a year, a bar a month: a gap in the writing is a gap in the row."""
    if not cadence.months:
        return []
    most = max(month.posts for month in cadence.months)
    dated = counted_words(cadence.dated_posts, "dated posts")
    since = f"since {day(cadence.first_post_at)}, {dated}, at most {most} a month"
    lines = [*_section("Posts by month", [since]), Text("        J F M A M J J A S O N D")]
    years = sorted({month.month[:4] for month in cadence.months})
    for year in years[-YEARS:]:
        of_year = {month.month: month for month in cadence.months if month.month.startswith(year)}
        bars = " ".join(_bar(of_year.get(f"{year}-{number:02}"), most) for number in range(1, 13))
        count = sum(month.posts for month in of_year.values())
        total = f"{count:>4} {'post' if count == 1 else 'posts'}"
        if niche is not None:
            total += f", {sum(month.on_niche or 0 for month in of_year.values())} on the niche"
        lines.append(Text(f"  {year}  {bars}{total}"))
    return lines


def _bar(month: Month | None, most: int) -> str:
    if month is None:
        return " "
    return BARS[-(-month.posts * len(BARS) // most) - 1] if month.posts else "·"


def _places(places: Sequence[PlaceResult]) -> list[str]:
    """A person has one home: what is less likely is an alternative, and whoever lives there does not visit.

    A thing that is almost surely wrong ("visits Boston, England" for someone of Boston) is left to ``--json``.
    """
    first = next((place for place in places if place.role == "home"), None)
    told = [
        place
        for place in places
        if place is first or (place.confidence >= LEAST and (first is None or place.name != first.name))
    ]
    return [_place(place, is_alternative=place.role == "home" and place is not first) for place in told]


def _place(place: PlaceResult, *, is_alternative: bool) -> str:
    said = f"or perhaps in {place.name}" if is_alternative else place_words(place.role, place.name, place.confidence)
    reasons = "; ".join(_why(each) for each in place.reasons[:REASONS])
    return f"{said} ({place.confidence:.0%} sure)" + (f": {reasons}" if reasons else "")


def _why(reason: PlaceReasonResult) -> str:
    return f"{reason.text}: “{reason.quote}” {reason.url}".strip() if reason.quote else reason.text


def _account(account: AccountResult) -> str:
    parts = [f"{account.platform}  {account.url}"]
    if account.followers is not None:
        parts.append(f"{account.followers:,} followers on {day(account.followers_as_of)}")
    parts.append(engagement_words(account) if account.read else "not read")
    return " · ".join(parts)


def _growth(growth: Growth) -> str:
    change = "" if growth.change is None else f" ({growth.change:+.0%})"
    return f"{growth.before:,} → {growth.followers:,} followers{change} since {day(growth.before_at)}  {growth.url}"


def _joined(joined: Joined) -> str:
    return f"{joined.how}: {joined.account} and {joined.other} (read {day(joined.seen_at)}, {joined.url})"


def engagement_words(account: AccountResult) -> str:
    """What share reacts, beside whom, and what that rests on.

    "1.2% react, more than with 64% of nano accounts on mastodon here (median of 14 likes + comments a post ...)"
    """
    found = account.engagement
    if not found.posts:
        return found.basis or "reactions are not visible"
    basis = f"{found.basis}; {counted_words(found.posts, 'posts')}"
    if found.rate is None or account.followers is None:
        return basis
    return f"{reaction_words(account.platform, account.followers, found.rate, found.percentile)} ({basis})"


def _comments(report: VettingReport) -> Lines:
    comments = report.comments
    if comments is None:
        return _section("Do people answer?", ["not visible on these platforms"])
    text = f"{comments.answered} of {comments.posts} posts have comments, {comments.median:g} a post (median)"
    return _section("Do people answer?", [text])


def _sponsored(sponsored: Sponsored | None) -> Lines:
    if sponsored is None:
        return []
    if not sponsored.posts:
        return _section("Paid posts", [f"none of {sponsored.of} posts says to be paid for"])
    rows = [f"{sponsored.share:.0%}: {sponsored.posts} of {sponsored.of} posts say so"]
    rows += [f"“{said.words}” in {said.posts} ({MEANS[said.means]})" for said in sponsored.said]
    if sponsored.reactions is not None and sponsored.reactions_of_others is not None:
        rows.append(
            f"usual reactions: {sponsored.reactions:g} to these, {sponsored.reactions_of_others:g} to the others"
        )
    else:
        rows.append("reactions to these beside the others: too few posts with counts")
    return [*_section("Paid posts", rows), *(indented(_quote("paid", quote), 2) for quote in sponsored.quotes)]


def _brands(report: VettingReport) -> Lines:
    lines: Lines = []
    for brand in report.brands:
        paid = f", {brand.sponsored_posts} of them paid for" if brand.sponsored_posts else ""
        found = f"named in {counted_words(brand.posts, 'posts')}{paid}" if brand.posts else "not named in any post"
        lines += _section(f"Brand: {clean(brand.brand)}", [found])
        lines += [indented(_quote("", quote), 2) for quote in brand.quotes]
    return lines


def _mention(report: VettingReport, number: int) -> str:
    mention = report.mentions[number]
    known = f" = {mention.creator_name} ({mention.creator_id})" if mention.creator_id else ""
    return f"{mention.name}{known}  in {counted_words(mention.posts, 'posts')}, e.g. {mention.url}"


def _posts(report: VettingReport) -> Lines:
    rows = []
    for post in report.posts[:POSTS_SHOWN]:
        text = clean(post.title or post.text)
        rows.append(f"{day(post.posted_at) or 'no date'}  {text[:90]}{'…' if len(text) > 90 else ''}  {post.url}")
    shown = f", the newest {POSTS_SHOWN}" if report.post_count > POSTS_SHOWN else ""
    return _section(f"Posts ({report.post_count}{shown})", rows)


def _quoted(title: str, entries: Iterable[tuple[str, Quote]]) -> Lines:
    quotes = [indented(_quote(label, quote), 2) for label, quote in entries]
    return [Text(f"\n{title}", style="bold"), *quotes] if quotes else []


def _quote(label: str, quote: Quote) -> Text:
    line = Text("- " + (f"{label}: " if label else ""))
    line.append(f"“{clean(quote.quote)}”", style="italic")
    when = day(quote.posted_at) or f"read {day(quote.fetched_at)}"
    line.append(f" ({when}, {clean(quote.url)})", style="dim")
    return line


def _section(title: str, entries: Sequence[str]) -> Lines:
    if not entries:
        return []
    return [
        Text(f"\n{title}", style="bold"),
        *(indented(Text(clean(entry)), 2) for entry in entries),
    ]
