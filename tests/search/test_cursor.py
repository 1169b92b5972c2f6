import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.cursor import Cursor, digest, read_cursor
from search.errors import CursorInvalid


@given(st.text(), st.integers(0, 2**31), st.integers(0, 500))
def test_a_cursor_leads_back_to_its_rank(query, generation, rank):
    name = digest(query)
    assert read_cursor(str(Cursor(name, generation, rank)), query=name, generation=generation) == rank


@pytest.mark.parametrize("text", ["", "nonsense", "é", "YS5iLmM", str(Cursor(digest("other"), 1, 10))])
def test_what_is_no_cursor_of_this_query_is_refused(text):
    with pytest.raises(CursorInvalid):
        read_cursor(text, query=digest("sushi"), generation=1)


def test_a_cursor_of_an_older_index_is_refused():
    with pytest.raises(CursorInvalid, match="index has changed"):
        read_cursor(str(Cursor(digest("sushi"), 1, 10)), query=digest("sushi"), generation=2)
