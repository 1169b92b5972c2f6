"""JSON and HTML of Discourse forums, from topics and posts; which of them are shown is for ``discourse_api.py``."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.world.model import Category, Creator, Forum, Post, Topic
from tests.world.web import iso, stable_number

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Thread:
    """A topic with its posts, oldest first."""

    id: int
    topic: Topic
    slug: str
    posts: tuple[tuple[Creator, Post], ...]

    @property
    def listed(self) -> bool:
        return not (self.topic.hidden or self.topic.private)


class DiscourseShapes:
    """The shapes of one forum. ``listed`` are the topics that strangers see."""

    def __init__(self, forum: Forum, listed: Sequence[Thread]) -> None:
        self._forum = forum
        self._listed = listed
        self._categories = {category.slug: category for category in forum.categories}

    def category(self, category: Category) -> Json:
        """A category as lists show it."""
        count = sum(thread.topic.category == category.slug for thread in self._listed)
        url = f"/c/{category.slug}/{category.id}"
        return {
            "id": category.id,
            "name": category.name,
            "slug": category.slug,
            "topic_count": count,
            "topic_url": url,
            "read_restricted": False,
            "description_text": f"Everything on {category.name.lower()}.",
            "has_children": False,
        }

    def row(self, thread: Thread) -> Json:
        """A topic as lists show it."""
        first, last = thread.posts[0], thread.posts[-1]
        people = {creator.id: creator for creator, _ in thread.posts}
        posters = [
            {"extras": None, "description": "Frequent Poster", "user_id": self.user_id(c), "primary_group_id": None}
            for c in people.values()
        ]
        return {
            "id": thread.id,
            "title": thread.topic.title,
            "fancy_title": html.escape(thread.topic.title),
            "slug": thread.slug,
            "posts_count": len(thread.posts),
            "reply_count": len(thread.posts) - 1,
            "highest_post_number": len(thread.posts),
            "image_url": None,
            "created_at": iso(first[1].published),
            "last_posted_at": iso(last[1].published),
            "bumped": True,
            "bumped_at": iso(last[1].published),
            "archetype": "private_message" if thread.topic.private else "regular",
            "unseen": False,
            "pinned": False,
            "visible": not thread.topic.hidden,
            "closed": False,
            "archived": False,
            "tags": list(thread.topic.tags),
            "views": 40 + stable_number(thread.slug, digits=3),
            "like_count": sum(post.likes for _, post in thread.posts),
            "last_poster_username": last[0].on("forum")[0].handle,
            "category_id": self._categories[thread.topic.category].id,
            "posters": posters,
        }

    def thread(self, thread: Thread) -> Json:
        """A topic with all its posts."""
        stream = [self.post(thread, number) for number in range(len(thread.posts))]
        people = {creator.id: creator for creator, _ in thread.posts}
        return {
            "post_stream": {"posts": stream, "stream": [post["id"] for post in stream]},
            "timeline_lookup": [[1, 0]],
            "suggested_topics": [self.row(other) for other in self._listed if other.id != thread.id][:3],
            **self.row(thread),
            "word_count": sum(len(post.text.split()) for _, post in thread.posts),
            "deleted_at": None,
            "user_id": self.user_id(thread.posts[0][0]),
            "chunk_size": 20,
            "participant_count": len(people),
            "details": {
                "can_edit": False,
                "participants": [self.person(creator) | {"post_count": 1} for creator in people.values()],
                "created_by": self.person(thread.posts[0][0]),
                "last_poster": self.person(thread.posts[-1][0]),
            },
        }

    def post(self, thread: Thread, number: int) -> Json:
        """One post of a topic."""
        creator, post = thread.posts[number]
        text = thread.topic.text or post.text
        quote = ""
        if number and not thread.topic.text:  # answers quote what they answer: somebody else's words
            before_author, before = thread.posts[number - 1]
            quote = (
                f'<aside class="quote" data-username="{before_author.on("forum")[0].handle}" data-post="{number}" '
                f'data-topic="{thread.id}"><blockquote><p>{html.escape(before.text[:70], quote=False)}</p></blockquote>'
                "</aside>"
            )
        return {
            **self.person(creator),
            "id": thread.id * 100 + number,
            "created_at": iso(post.published),
            "cooked": quote + "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in text.split("\n")),
            "post_number": number + 1,
            "post_type": 1,
            "updated_at": iso(post.published),
            "reply_count": 1 if number + 1 < len(thread.posts) else 0,
            "reply_to_post_number": number if number else None,
            "quote_count": 0,
            "reads": 20 + post.likes,
            "topic_id": thread.id,
            "topic_slug": thread.slug,
            "display_username": creator.name,
            "version": 1,
            "actions_summary": [{"id": 2, "count": post.likes}] if post.likes else [],
            "moderator": False,
            "admin": False,
            "staff": False,
            "user_id": self.user_id(creator),
            "hidden": False,
            "deleted_at": None,
            "user_deleted": False,
        }

    def person(self, creator: Creator) -> Json:
        """Somebody as posts and lists show them."""
        handle = creator.on("forum")[0].handle
        return {
            "id": self.user_id(creator),
            "username": handle,
            "name": creator.name,
            "avatar_template": f"/letter_avatar_proxy/v4/letter/{handle[0]}/90db22/{{size}}.png",
            "trust_level": 2,
        }

    def user_id(self, creator: Creator) -> int:
        """The id on this forum."""
        return 10 + stable_number(self._forum.host, creator.id, digits=4)

    def topic_page(self, thread: Thread) -> str:
        """A topic as a page for crawlers."""
        posts = "".join(
            f'<div class="topic-body crawler-post"><span itemprop="author">{creator.on("forum")[0].handle}</span>'
            f'<div class="post" itemprop="text">{html.escape(post.text)}</div></div>'
            for creator, post in thread.posts
        )
        title = html.escape(thread.topic.title)
        return (
            f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
            f'<meta name="generator" content="Discourse 3.6.0"></head><body class="crawler"><h1>{title}</h1>{posts}'
            "</body></html>"
        )
