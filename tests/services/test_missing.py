"""What a test run says of a service that cannot be started here."""

import pytest

from tests.conftest import started_or_skipped
from tests.services.elasticsearch import REQUIRED, CannotStart


def cannot() -> str:
    raise CannotStart("there is no mvn (Maven)")


def test_it_is_skipped_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(REQUIRED, raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"there is no mvn \(Maven\)"):
        started_or_skipped(cannot)


def test_it_fails_where_services_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REQUIRED, "1")
    with pytest.raises(pytest.fail.Exception, match=r"REQUIRE_SERVICES is set, but there is no mvn"):
        started_or_skipped(cannot)


def test_what_starts_is_handed_on() -> None:
    assert started_or_skipped(lambda: "http://127.0.0.1:1") == "http://127.0.0.1:1"
