"""Answers as CSV, for spreadsheets."""

import csv
import io

from search.results import Answer, corrections_of

COLUMNS = (
    "rank",
    "name",
    "place",
    "followers",
    "score",
    "confidence",
    "platforms",
    "address",
    "quote",
    "quote_address",
    "you_said",
    "id",
)


def answer_csv(answer: Answer) -> str:
    """One line per creator with the best reason; a leading sign that a spreadsheet would run as a formula is quoted."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for result in answer.results:
        creator, match = result.creator, result.match
        homes = [place.name for place in creator.places if place.role == "home"]
        followers = max(
            (account.followers for account in creator.accounts if account.followers is not None), default=None
        )
        reason = match.reasons[0] if match.reasons else None
        row = (
            match.rank,
            creator.name,
            homes[0] if homes else "",
            "" if followers is None else followers,
            round(match.score, 4),
            round(match.confidence, 3),
            " ".join(sorted({account.platform for account in creator.accounts})),
            creator.accounts[0].url if creator.accounts else "",
            reason.quote if reason else "",
            reason.url if reason else "",
            "; ".join(said.text.removeprefix("you said, ") for said in corrections_of(result)),
            creator.id,
        )
        writer.writerow(tuple(inert(cell) for cell in row))
    return out.getvalue()


def inert(cell: str | int | float) -> str | int | float:
    """A cell that no spreadsheet runs as a formula."""
    runs = isinstance(cell, str) and cell.lstrip(" \n").startswith(("=", "+", "-", "@", "\t", "\r", "|", "%"))
    return f"'{cell}" if runs else cell
