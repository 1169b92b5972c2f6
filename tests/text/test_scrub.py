"""E-mail addresses and phone numbers go, everything that only looks like one stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.scrub import scrub

PERSONAL = """\
mail me: mika.ono+x@noodles.example
mailto:mika@noodles.example
mika [at] noodles [dot] example
mika(at)noodles.example
+1 617 555 0123
(617) 555-0123
617-555-0123
617.555.0123
1-617-555-0123
Tel. 030 1234567
tel: 0151-23456789
+49 (0)30 1234567
WhatsApp 5551234567
020 7946 0018
+34 612 34 56 78
06 12 34 56 78""".splitlines()

HARMLESS = """\
2019-2024
the 1990 2000 2010 lists
$1,200.50
£12.50 to £1500
1.000.000 followers
1 200 000 000
ISBN 978-3-16-148410-0
ISBN 0-306-40615-2
EAN 4006381333931
10:30-11:45
5.30-6.30 pm
24/7
40.7128, -74.0060
lat 52.520008 lon 13.404954
@mika@pixel.example
logo@2x.png
2024-01-05
05.01.2024
01/02/2024 03/04/2025
post 1234567890123
192.168.10.1
call 911
call 20-30 people
text 2 3 4 friends
ph 7.4
100-200 g
DOI 10.1000/182
https://x.example/p/617-555-0123
0.5 0.25 0.125""".splitlines()


@pytest.mark.parametrize("text", PERSONAL)
def test_personal(text: str) -> None:
    scrubbed = scrub(text)
    assert scrubbed.removed == 1
    assert "…" in scrubbed.text
    assert not any(part in scrubbed.text for part in ("noodles", "555", "1234567", "7946", "34 56"))


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless(text: str) -> None:
    assert scrub(text).text == text


def test_what_stands_around_stays() -> None:
    scrubbed = scrub("Write to a@b.example, or call +1 617 555 0123 before 2026.")
    assert scrubbed.text == "Write to …, or call … before 2026."
    assert scrubbed.removed == 2


@given(st.one_of(st.text(), st.text(alphabet="0123456789 +-().@ab:/[]t")))
def test_scrubbing_again_changes_nothing(text: str) -> None:
    once = scrub(text).text
    assert scrub(once).text == once
