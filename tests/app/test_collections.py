"""Collections become items, and joined creators one creator."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.collections import open_collection
from app.errors import CollectionError
from app.importing import import_collection
from catalog.store import open_catalog


def collection(folder: Path, creators: list[dict[str, Any]], posts: list[dict[str, Any]]) -> Path:
    folder.mkdir()
    (folder / "creators.jsonl").write_text("\n".join(map(json.dumps, creators)))
    (folder / "posts.jsonl").write_text("\n".join(map(json.dumps, posts)) + "\n\n")
    return folder


def test_what_a_file_lacks_stays_unknown(tmp_path: Path) -> None:
    folder = collection(tmp_path / "mine", [{"id": "a"}], [{"id": 1, "creator_id": "a"}])
    ((creator_id, account),) = open_collection(folder).accounts()
    (post,) = open_collection(folder).post_items()
    assert (creator_id, account.counts.followers, account.created, account.handle) == ("a", None, None, None)
    assert (post.native_id, post.published, post.interaction.likes, post.language) == ("1", None, None, None)


def test_accounts_that_list_each_other_are_one_creator_and_scrubbing_holds(tmp_path: Path) -> None:
    blog = {"id": "a", "url": "https://rolls.example/", "links": ["https://pixel.example/@rolls"]}
    blog["bio"] = "sushi diary, write to rolls@mail.example"
    pixel = {"id": "b", "url": "https://pixel.example/@rolls", "links": ["https://rolls.example/"], "followers": 40}
    fan = {"id": "c", "url": "https://fan.example/", "links": ["https://rolls.example/"]}
    posts = [{"id": "p", "creator_id": "a", "text": "Hamachi in June"}, {"id": "q", "creator_id": "nobody"}]
    folder = collection(tmp_path / "mine", [blog, pixel, fan], posts)
    with open_catalog(tmp_path / "data") as catalog:
        first = import_collection(catalog, folder)
        again = import_collection(catalog, folder)
        creators = catalog.creators(list(catalog.creator_ids()))
    assert (first.accounts, first.posts) == (3, 1)
    assert (again.accounts, again.posts) == (0, 0)
    joined = sorted(sorted(account.collection_id or "" for account in record.accounts) for record in creators.values())
    assert joined == [["a", "b"], ["c"]]
    assert not any("@mail.example" in account.bio for record in creators.values() for account in record.accounts)


def test_what_is_no_address_is_no_link_and_no_place_to_be(tmp_path: Path) -> None:
    links = ["javascript:alert(1)", "mailto:a@mail.example", "https://rolls.example/"]
    folder = collection(tmp_path / "mine", [{"id": "a", "links": links}], [])
    ((_, account),) = open_collection(folder).accounts()
    assert [link.url for link in account.links] == ["https://rolls.example/"]
    folder = collection(tmp_path / "other", [{"id": "a", "url": "javascript:alert(1)"}], [])
    with pytest.raises(CollectionError, match="line 1: url is not an http or https address"):
        list(open_collection(folder).accounts())
