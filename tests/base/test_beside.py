import pytest

from base.beside import Beside


def test_the_result_is_waited_for():
    assert Beside(lambda: sum(range(10_000))).result() == 49_995_000


def test_an_error_reaches_whoever_waits():
    work = Beside(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        work.result()
