"""Tokens a second of the token chain, against cutting the same texts at white space.

python -m benchmarks.speed.analysis [--json FILE]
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.speed.figures import Figure, tell
from benchmarks.speed.made_up import MadeUpCatalog
from text.analysis import analyse, analyse_query
from text.language import detect

_CREATORS: Final = 200
_PASSES: Final = 5
_QUERY: Final = "small sourdough bakeries around #munich and @anybody"


def main(file: Path | None) -> int:
    catalog = MadeUpCatalog(_CREATORS, 10)
    records = catalog.creators(catalog.creator_ids()).values()
    texts = [f"{post.title}\n{post.text} #{' #'.join(post.tags)}" for record in records for post in record.posts]
    tokens = sum(len(analyse(text, language="en").surface.split(" ")) for text in texts)
    chain = _best(lambda: [analyse(text, language="en") for text in texts])
    plain = _best(lambda: [text.lower().split() for text in texts])
    detect(texts[0])  # loads its model
    language = _best(lambda: [detect(text) for text in texts[:200]]) / 200
    query = _best(lambda: [analyse_query(_QUERY, languages=("en", "de")) for _ in range(1000)]) / 1000
    figures = [
        Figure("token chain of posts (words, stems, tags)", tokens / chain, "tokens/s"),
        Figure("... a post of about 90 words", 1000 * chain / len(texts), "ms"),
        Figure("... against lower().split()", chain / plain, "×"),
        Figure("token chain of a query", 1000 * query, "ms"),
        Figure("language of a post", 1000 * language, "ms"),
    ]
    return tell(figures, file)


def _best(work: Callable[[], object]) -> float:
    """CPU seconds of the best of some passes."""
    seconds = []
    for _ in range(_PASSES):
        started = time.process_time()
        work()
        seconds.append(time.process_time() - started)
    return min(seconds)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Speed of the token chain.")
    parser.add_argument("--json", type=Path)
    sys.exit(main(parser.parse_args().json))
