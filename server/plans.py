"""A plan as JSON. The operator's own search engine is named by its host alone."""

from typing import Any

from crawler.plan import Plan


def plan_value(plan: Plan) -> dict[str, Any]:
    """Terms, first requests by host, seeds, and what is left to do by hand."""
    terms = plan.terms
    own = set(plan.own_search)
    return {
        "query": plan.query,
        "theme": plan.niche.theme,
        "notes": list(plan.niche.notes),
        "terms": {
            "hashtags": list(terms.hashtags),
            "phrases": list(terms.phrases),
            "forum_queries": list(terms.forum_queries),
        },
        "requests": dict(plan.requests),
        "first_requests": sum(plan.requests.values()),
        "seeds": [
            {"label": seed.label, "source": seed.link.source, "url": None if seed.link.url in own else seed.link.url}
            for seed in plan.seeds
        ],
        "by_hand": [{"network": one.network, "what": one.what, "url": one.url} for one in plan.by_hand],
    }
