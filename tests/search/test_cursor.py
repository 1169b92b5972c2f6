import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from niche.model import Niche
from search.cursor import Cursor, digest, read_cursor
from search.errors import CursorInvalid

ACROSS_PROCESSES = """
from contextlib import closing
from niche.understand import understand
from places.gazetteer import open_gazetteer
from search.cursor import digest
with closing(open_gazetteer()) as gazetteer:
    print(digest(understand("sushi on the us east coast, not boston", gazetteer), None))
"""


def named(query: str) -> str:
    return digest(Niche(text=query, theme=query), None)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 2**31), st.integers(0, 500))
def test_a_cursor_leads_back_to_its_rank(query, generation, rank):
    name = named(query)
    assert read_cursor(str(Cursor(name, generation, rank)), query=name, generation=generation) == rank


@pytest.mark.parametrize("text", ["", "nonsense", "é", "YS5iLmM", str(Cursor(named("other"), 1, 10))])
def test_what_is_no_cursor_of_this_query_is_refused(text):
    with pytest.raises(CursorInvalid):
        read_cursor(text, query=named("sushi"), generation=1)


def test_a_cursor_of_an_older_index_is_refused():
    with pytest.raises(CursorInvalid, match="index has changed"):
        read_cursor(str(Cursor(named("sushi"), 1, 10)), query=named("sushi"), generation=2)


def test_a_cursor_holds_in_another_process():
    names = {
        subprocess.run([sys.executable, "-c", ACROSS_PROCESSES], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert len(names) == 1
