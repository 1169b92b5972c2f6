"""The index on an Elasticsearch cluster, version 9 or newer, with what the free licence and a bare node have.

    PREFIX-creators            alias: the edition that readers open
    PREFIX-posts               alias
    PREFIX-creators-v8-MODEL-3   one edition: a document for each creator, and one for the state
    PREFIX-posts-v8-MODEL-3      a document for each post and for each passage after its first

A creator's document carries two stored blocks beside its searchable fields: the document that an answer shows
(``indexer.codec``) and all that scoring needs of its posts, terms and vectors (``blocks.py``). So the server finds,
and the scores of what it found are computed here as the embedded index does it, by the same functions: both rank
alike. Readers see one state, held by a point in time, until they refresh. ``index.py`` is the front door.

    address.py   what is typed, and keys      documents.py  bundles as documents      view.py     one state, to be read
    client.py    the only one that talks      blocks.py     numbers as bytes          search.py   legs
    mapping.py   fields and settings          queries.py    requests, pure            scoring.py  scores, vocabulary
    editions.py  physical names, aliases      writer.py     changes, commit, purge    opening.py  read, write, anew
"""
