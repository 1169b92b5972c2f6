"""How an answer leaves on stdout: JSON, CSV or for a person. What is heavy is imported when it is needed."""

from typing import Any

import click

from app.config import Config


def print_answer(config: Config, answer: Any, overrides: Any, as_json: bool, as_csv: bool = False) -> None:
    """An answer of a search, in the form asked for; one that a person sees is what their next mark is about."""
    from search.results import answer_json

    if as_json:
        click.echo(answer_json(answer))
    elif as_csv:
        from app.exporting import answer_csv

        click.echo(answer_csv(answer), nl=False)
    else:
        from app import answer_view, last_search, terminal

        terminal.stdout_console().print(answer_view.answer_lines(answer))
        last_search.remember(config.data, answer.query, overrides)
