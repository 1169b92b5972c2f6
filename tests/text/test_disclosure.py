"""Who says to have been paid, in four languages, and who says that nobody paid."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from text.disclosure import _HINTS, _PHRASES, disclosure


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("New jars on the shelf. #ad", "paid"),
        ("Paid partnership with Alder & Pine: pickles made easy", "paid"),
        ("This episode is sponsored by Alder & Pine.", "paid"),
        ("Thanks to Alder & Pine for supporting this newsletter.", "paid"),
        ("Disclosure: Alder & Pine paid for the jars.", "paid"),
        ("Kindly gifted by Alder & Pine, opinions mine", "gift"),
        ("They sent me a crock for free and I filled it.", "gift"),
        ("A jar in exchange for an honest review.", "gift"),
        ("Affiliate links below, a few cents for me.", "affiliate"),
        ("Use my code BRINE10 for ten percent off.", "affiliate"),
        ("Werbung | Das neue Fass ist da.", "paid"),
        ("Anzeige: Gurken im Glas", "paid"),
        ("Der Beitrag enthält Werbung für ein Fass.", "paid"),
        ("In Kooperation mit Erle & Kiefer.", "paid"),
        ("Das Fass wurde mir kostenlos zur Verfügung gestellt.", "gift"),
        ("Contenido patrocinado: los frascos de Aliso", "paid"),
        ("Colaboración pagada con Aliso.", "paid"),
        ("10% con mi código de descuento en los frascos", "affiliate"),
        ("Article sponsorisé par la Maison Aulne", "paid"),
        ("En partenariat avec la Maison Aulne.", "paid"),
        ("Bocaux offerts par la Maison Aulne", "gift"),
        ("Collaboration commerciale", "paid"),
    ],
)
def test_what_was_paid_for(text: str, means: str) -> None:
    found = disclosure(text)
    assert found is not None
    assert found.means == means


def test_the_words_are_those_of_the_author() -> None:
    found = disclosure("Jars!\nPaid Partnership with Alder & Pine")
    assert found is not None
    assert found.said == "Paid Partnership"
    tagged = disclosure("Jars!", ("Pickles", "Werbung"))
    assert tagged is not None
    assert tagged.said == "#werbung"


@pytest.mark.parametrize(
    "text",
    [
        "Nobody paid for this, as always.",
        "Not sponsored, just really into brine #ad",
        "I paid $9 for a jar.",
        "#Werbung, unbezahlt: ein Fass",
        "Keine Werbung, selbst bezahlt.",
        "Sin publicidad, solo frascos.",
        "Article non sponsorisé, promis.",
        "Our partner school visited the sponsor's garden? No, the neighbour's.",
        "The stove was free and the code on the door was 1234.",
        "A gifted cook. The press wrote about her.",
        "Die Werbung im Kino war lang.",
        "",
    ],
)
def test_what_was_not(text: str) -> None:
    assert disclosure(text) is None


@pytest.mark.parametrize("phrases", [each for phrases in _PHRASES.values() for each in phrases])
def test_no_phrase_is_passed_over_for_want_of_a_hint(phrases: str) -> None:
    @settings(max_examples=60, deadline=None, database=None)
    @given(st.from_regex(re.compile(phrases, re.M | re.A), fullmatch=True))
    def holds_a_hint(said: str) -> None:
        assert any(hint in said for hint in _HINTS)

    holds_a_hint()
