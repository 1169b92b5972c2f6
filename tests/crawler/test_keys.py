"""Where keys come from, and what is said of those that cannot be used: never their value."""

import json
import os
from pathlib import Path

import pytest

from crawler.errors import KeysError
from crawler.keys import KeyRing, load_keys, variable
from crawler.sources import all_sources
from tests.conftest import ROOT

CANARY = "canary-0123456789"
VARIABLES = sorted(
    variable(source.name, part) for source in all_sources().values() if source.key for part in source.key.parts
)


def keys_file(folder: Path, text: str, mode: int = 0o600) -> Path:
    file = folder / "keys.toml"
    file.write_text(text)
    file.chmod(mode)
    return file


def test_no_key_is_no_error(tmp_path: Path) -> None:
    ring = load_keys(None, environ={})
    assert ring.missing("youtube") == ("NICHESCOUT_KEY_YOUTUBE",)
    assert ring.missing("mastodon") == ()
    assert ring.has("mastodon")
    assert not ring.has("youtube")


def test_the_environment_weighs_more_than_the_file(tmp_path: Path) -> None:
    file = keys_file(tmp_path, f'[youtube]\nkey = "{CANARY}"\n[podcast_index]\nkey = "{CANARY}"\n')
    ring = load_keys(file, environ={"NICHESCOUT_KEY_YOUTUBE": "another-key-1", "NICHESCOUT_DATA": "x"})
    assert ring.parts("youtube") == {"key": "another-key-1"}
    assert ring.missing("podcast_index") == ("NICHESCOUT_KEY_PODCAST_INDEX_SECRET",)
    assert not ring.has("podcast_index")
    assert set(ring.secrets()) == {"another-key-1", CANARY}


def test_its_text_never_shows_a_value() -> None:
    ring = load_keys(None, environ={"NICHESCOUT_KEY_BRAVE": CANARY})
    assert CANARY not in f"{ring} {ring!r} {[ring]!r}"
    assert "brave" in repr(ring)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o620, 0o610, 0o777])
def test_a_file_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    file = keys_file(tmp_path, f'[youtube]\nkey = "{CANARY}"\n', mode)
    with pytest.raises(KeysError, match="chmod 600") as caught:
        load_keys(file, environ={})
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_file_of_ones_own_is_read(tmp_path: Path, mode: int) -> None:
    assert load_keys(keys_file(tmp_path, f'[brave]\nkey = "{CANARY}"\n', mode), environ={}).has("brave")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"[youtube]\nkey = {CANARY}\n", "not TOML"),
        (f'[youtube\nkey = "{CANARY}"', "not TOML"),
        (f'[tube]\nkey = "{CANARY}"', "no source that takes a key"),
        (f'[mastodon]\nkey = "{CANARY}"', "no source that takes a key"),
        (f'youtube = "{CANARY}"', "no source that takes a key"),
        (f'[youtube]\ntoken = "{CANARY}"', "takes key, not token"),
        ("[youtube]\nkey = 12345678", "text in quotation marks"),
        ('[youtube]\nkey = "  "', "text in quotation marks"),
        ('[youtube]\nkey = "short"', "too short"),
        (f'[youtube]\nkey = "{CANARY}\\n{CANARY}"', "characters that no key has"),
        (f'[youtube]\nkey = "{CANARY} {CANARY}"', "characters that no key has"),
        (f'[youtube]\nkey = "{CANARY}ü"', "characters that no key has"),
        (f'[reddit]\nkey = "{CANARY}"\nsecret = "{CANARY}"\napproved = "soon"', "must be 'yes'"),
    ],
)
def test_what_cannot_be_a_key_is_one_line_without_it(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(KeysError) as caught:
        load_keys(keys_file(tmp_path, text), environ={})
    message = str(caught.value)
    assert says in message
    assert "\n" not in message
    assert CANARY not in message
    assert CANARY not in repr(caught.value.__cause__)


def test_a_missing_file_a_folder_and_bytes_are_one_line_each(tmp_path: Path) -> None:
    with pytest.raises(KeysError, match=r"does not exist; see docs/keys\.md"):
        load_keys(tmp_path / "none.toml", environ={})
    with pytest.raises(KeysError, match="cannot be read"):
        load_keys(tmp_path, environ={})
    file = keys_file(tmp_path, "")
    file.write_bytes(b"\xff\xfe" + os.urandom(20))
    with pytest.raises(KeysError, match="not TOML"):
        load_keys(file, environ={})


def test_a_variable_that_names_no_source_lists_those_that_do() -> None:
    with pytest.raises(KeysError, match="NICHESCOUT_KEY_YOTUBE is not a key") as caught:
        load_keys(None, environ={"NICHESCOUT_KEY_YOTUBE": CANARY})
    assert CANARY not in str(caught.value)
    assert all(name in str(caught.value) for name in VARIABLES)


def test_an_empty_variable_is_not_set() -> None:
    assert not load_keys(None, environ={"NICHESCOUT_KEY_YOUTUBE": ""}).has("youtube")


def test_no_two_parts_share_a_variable() -> None:
    assert len(VARIABLES) == len(set(VARIABLES))


def test_every_rule_says_where_to_get_its_key_and_where_it_goes() -> None:
    for source in all_sources().values():
        if source.key is None:
            continue
        assert source.key.get_at.startswith("https://")
        assert source.key.hosts
        assert source.quotas, "a key without a bound on its use"
        assert all(part.what for part in source.key.parts)
        assert source.needs != "nothing"
        for quota in source.quotas:
            assert 0 < quota.per_discovery <= quota.per_day
            assert quota.cost.keys() <= source.pages.keys()
        assert {page for quota in source.quotas for page in quota.cost} == set(source.pages), source.name


def test_a_plan_fits_into_the_share_of_a_discovery() -> None:
    from tests.sources.test_contract import TERMS

    for source in all_sources().values():
        seeds = list(source.seeds(TERMS, ()))
        for quota in source.quotas:
            asked = sum(quota.cost.get(seed.link.page, 0) for seed in seeds)
            assert asked <= quota.per_discovery, f"{source.name}: {asked} {quota.unit}"


def test_settings_of_a_crawl_hold_the_place_of_the_file_and_no_key(tmp_path: Path) -> None:
    from crawler.run import CrawlSettings

    file = keys_file(tmp_path, f'[brave]\nkey = "{CANARY}"\n')
    line = CrawlSettings(data_dir=tmp_path, job_id="j", keys=file).to_json()
    assert CrawlSettings.from_json(line).keys == file
    assert CANARY not in line
    assert json.loads(line)["keys"] == str(file)


def test_an_empty_ring_has_no_secrets() -> None:
    assert list(KeyRing().secrets()) == []


def test_the_page_on_keys_says_what_the_sources_declare() -> None:
    page = (ROOT / "docs" / "keys.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    for source in all_sources().values():
        if source.key is None:
            continue
        own = [row for row in rows if row.startswith(f"| {source.name} |")]
        for part in source.key.parts:
            assert f"`{variable(source.name, part)}`: {part.what}" in own[0]
        assert f"<{source.key.get_at}> | {', '.join(source.key.hosts)}" in own[0]
        for quota in source.quotas:
            assert f"| {source.name} | {quota.unit} | {quota.per_day:,} | {quota.per_discovery:,} |" in own
        if source.keep_for is not None:
            assert any(row.startswith("| ") and source.name in row.split("|")[1] for row in rows[-8:])


def test_answers_that_were_asked_for_with_a_key_are_not_archived() -> None:
    for source in all_sources().values():
        assert source.key is None or not any(page.own_words for page in source.pages.values()), source.name
