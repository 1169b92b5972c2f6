"""Which addresses are contacted at all, and that the resolver refuses what DNS says later."""

import pytest
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import DNSLookupError

from catalog.items import Link
from crawler import resolver
from crawler.errors import UnsafeAddress
from crawler.resolver import GuardingResolver
from crawler.results import is_safe
from crawler.safety import check_url, is_public

REFUSED = [
    "http://localhost/",
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://0x7f.1/",
    "http://017700000001/",
    "http://127.0.0.1./",
    "http://0/",
    "http://0x0a000001/",
    "http://２１３０７０６４３３/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://127%2e0%2e0%2e1/",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "http://LOCALHOST/",
    "http://evil.example\\@127.0.0.1/",
    "http://127.0.0.1\\.evil.example/",
    "http://public.example @127.0.0.1/",
    "http://public.example\t.internal/",
    "http://168.63.129.16/metadata",
    "http://[::7f00:1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fd00:ec2::254]/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[fe80::1%25eth0]/",
    "http://10.0.0.8/",
    "http://192.168.1.1/admin",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://0.0.0.0/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://intranet/",
    "http://printer.local/",
    "http://localhost./",
    "http://db.internal/",
    "file:///etc/passwd",
    "ftp://pixel.example/",
    "data:text/html,x",
    "gopher://pixel.example/",
    "javascript:alert(1)",
    "http://pixel.example:8080/",
    "http://pixel.example:22/",
    "http://user:secret@pixel.example/",
    "http://",
    "http:///path",
    "http://pixel.example:99999/",
    "http://[::1/",
    "http://pixel.example/" + "a" * 2083,
    "http://pixel.example/" + "a/b/" * 4,
    "http://pixel.example/" + "/".join(map(str, range(21))),
    "",
]


@pytest.mark.parametrize("url", REFUSED)
def test_unsafe_addresses_are_refused(url: str) -> None:
    with pytest.raises(UnsafeAddress):
        check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://pixel.example/users/mika",
        "http://pixel.example:80/",
        "https://pixel.example:443/a/b/a/b/a/b",
        "http://93.184.216.34/",
        "https://münchen.example/brot",
    ],
)
def test_public_addresses_pass(url: str) -> None:
    check_url(url)


def test_an_own_machine_is_allowed_by_its_origin_alone() -> None:
    own = frozenset(["http://localhost:8888"])
    check_url("http://localhost:8888/search?q=sushi", own=own)
    for url in ("http://localhost/", "https://localhost:8888/", "http://localhost:8889/", "http://127.0.0.1:8888/"):
        with pytest.raises(UnsafeAddress):
            check_url(url, own=own)
    with pytest.raises(UnsafeAddress):
        check_url("http://me:secret@localhost:8888/", own=own)


@pytest.mark.parametrize("url", ["http://10.0.0.1/feed", "http://127.1/", "http://[::1]/x", "http://router.local/"])
def test_links_that_lead_inside_do_not_become_tasks(url: str) -> None:
    assert not is_safe(Link(url=url, source="feed", page="feed", score=0.5), invented_only=False)


def test_dns_that_changes_its_mind(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["93.184.216.34", "127.0.0.1", "169.254.169.254"])
    monkeypatch.setattr("scrapy.resolver.CachingThreadedResolver.getHostByName", lambda *_: succeed(next(answers)))
    monkeypatch.setattr(resolver, "refused_names", set())
    outcomes: list[object] = []
    for _ in range(3):
        GuardingResolver(None, 10, 5.0).getHostByName("rebind.example").addBoth(outcomes.append)
    assert outcomes[0] == "93.184.216.34"
    assert all(later.check(DNSLookupError) for later in outcomes[1:])  # type: ignore[attr-defined]


def test_a_loopback_crawl_stays_in_the_invented_web() -> None:
    check_url("https://pixel.example/", invented_only=True)
    for url in ("https://pixel.test/", "http://127.0.0.1/", "http://pixel.example:8080/", "http://example/"):
        with pytest.raises(UnsafeAddress):
            check_url(url, invented_only=True)


@pytest.mark.parametrize(("ip", "public"), [("93.184.216.34", True), ("127.0.0.1", False), ("nonsense", False)])
def test_public_ips(ip: str, public: bool) -> None:
    assert is_public(ip) is public


@pytest.mark.parametrize(("address", "refused"), [("10.1.2.3", True), ("127.0.0.1", True), ("93.184.216.34", False)])
def test_the_resolver_refuses_private_answers(address: str, refused: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(*_: object) -> Deferred[str]:
        return succeed(address)

    monkeypatch.setattr("scrapy.resolver.CachingThreadedResolver.getHostByName", answer)
    monkeypatch.setattr(resolver, "refused_names", set())
    outcome: list[object] = []
    GuardingResolver(None, 10, 5.0).getHostByName("rebind.example").addBoth(outcome.append)
    if refused:
        assert outcome[0].check(DNSLookupError)  # type: ignore[attr-defined]
        assert resolver.refused_names == {"rebind.example"}
    else:
        assert outcome == [address]
