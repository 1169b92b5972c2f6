"""Who tells of having bought, visited or reviewed something, in four languages."""

import pytest

from text.dealings import dealing


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("I paid $9 for a jar.", "purchase"),
        ("Bought two crocks at Alder & Pine.", "purchase"),
        ("We finally ordered the big crock.", "purchase"),
        ("All of it from my own pocket.", "purchase"),
        ("Ich habe das Fass bei Erle & Kiefer gekauft.", "purchase"),
        ("Ayer compré dos frascos.", "purchase"),
        ("J'ai acheté deux bocaux.", "purchase"),
        ("We went back to the brine bar.", "visit"),
        ("Yesterday I had lunch at Alder & Pine.", "visit"),
        ("Our second visit to the cellar.", "visit"),
        ("Gestern waren wir bei Erle & Kiefer.", "visit"),
        ("Fuimos a la bodega.", "visit"),
        ("Nous sommes allés chez Aulne.", "visit"),
        ("Review: the dill of Alder & Pine", "review"),
        ("The dill gets 8/10.", "review"),
        ("Fazit: zu viel Dill.", "review"),
        ("Notre avis sur les bocaux", "review"),
    ],
)
def test_what_was_done(sentence: str, kind: str) -> None:
    assert dealing(sentence) == kind


@pytest.mark.parametrize(
    "sentence",
    [
        "I never bought a jar there.",
        "If I bought one more jar, the shelf would fall.",
        "They paid for the jars.",
        "Moving day was paid in pickles.",
        "She visited the cellar.",
        "Pickles and nothing else.",
        "On 5/10/2026 the cellar opens.",
        "",
    ],
)
def test_what_was_not(sentence: str) -> None:
    assert dealing(sentence) is None
