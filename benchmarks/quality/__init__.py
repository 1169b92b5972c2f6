"""``make quality``: how good the ranking is on judged collections, held by floors; no text of a collection is here."""
