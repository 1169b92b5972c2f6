"""The options that force a part of a query (one list for every command that takes one), and days as options."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import click


class Day(click.ParamType):  # type: ignore[type-arg] # generic only for the type checker
    """A day or a moment in ISO 8601; without a zone it is UTC."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment, or a usage error."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day like 2026-11-23", param, ctx)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Command = TypeVar("Command", bound=Callable[..., Any])


def niche_options(command: Command) -> Command:
    """Options that force a part of the query, shared by ``discover`` and ``search``."""
    for option in reversed(
        (
            click.option("--place", "places", multiple=True, help="A place, instead of those in the query."),
            click.option(
                "--radius", type=click.FloatRange(0, 20_000), help="Kilometres around the place; 0: its own border."
            ),
            click.option("--near", help="A place to use when the query names none."),
            click.option("--no-place", is_flag=True, help="Read no place out of the query."),
            click.option("--like", metavar="CREATOR", help="Who writes about what this one writes about."),
            click.option("--tier", help="nano, micro, small, mid, big, macro or mega."),
            click.option("--min-followers", type=click.IntRange(0), help="At least so many followers."),
            click.option("--max-followers", type=click.IntRange(0), help="At most so many followers."),
            click.option(
                "--min-engagement",
                type=click.FloatRange(0, 1),
                metavar="SHARE",
                help="At least this share of followers reacts to a post, as far as that is shown: 0.02 is two in 100.",
            ),
            click.option("--platform", "platforms", multiple=True, help="mastodon, blog, podcast, forum ..."),
            click.option("--kind", "kinds", multiple=True, help="Only this kind: person, organisation, aggregator ..."),
            click.option(
                "--include", multiple=True, help="Rank organisation or aggregator like people; else they stand lower."
            ),
            click.option("--exclude", multiple=True, metavar="WORD", help="Nobody whose profile has this word."),
            click.option(
                "--mentions",
                multiple=True,
                metavar="BRAND",
                help="Only who names it in a post (name, @handle, domain).",
            ),
            click.option("--no-mentions", multiple=True, metavar="BRAND", help="Nobody who names it in a post."),
            click.option("--language", "languages", multiple=True, help="A language code, e.g. es."),
            click.option(
                "--active-within", type=click.IntRange(1), metavar="DAYS", help="Posted in the last DAYS days."
            ),
        )
    ):
        command = option(command)
    return command


def overrides_of(options: dict[str, Any]) -> Any:
    """Take these options out of a command's; the ``Overrides`` that they make."""
    from niche.understand import Overrides

    return Overrides(
        places=options.pop("places"),
        radius_km=options.pop("radius"),
        near=options.pop("near"),
        no_place=options.pop("no_place"),
        like=options.pop("like"),
        tier=options.pop("tier"),
        min_followers=options.pop("min_followers"),
        max_followers=options.pop("max_followers"),
        min_engagement=options.pop("min_engagement"),
        platforms=options.pop("platforms"),
        kinds=options.pop("kinds"),
        include=options.pop("include"),
        exclude=options.pop("exclude"),
        mentions=options.pop("mentions"),
        no_mentions=options.pop("no_mentions"),
        languages=options.pop("languages"),
        active_within_days=options.pop("active_within"),
    )
