"""The embedded index: tantivy for words, flat int8 vectors scanned with numkong, one folder, no server.

    DATA/index/
      CURRENT                 the name of the edition that readers open
      LOCK                    held (flock) by the one writer; its text says who that is
      edition-3/
        manifest.json         schema version, model, dimension: fixed for the life of an edition
        encoder/              the ONNX query encoder (written by indexer.build)
        text/                 tantivy: postings, filter facts, and one state document
        gen-2/                append-only tables: rows, documents, vectors, forward index

The tantivy commit is the only commit point: it carries the state document (``state.py``), which names the
generation, how many items of each of its files count, and which creators are live. What lies in a file beyond
that count was never acknowledged and is cut off by the next writer. An edition is replaced as a whole by a rebuild
and by a purge. ``index.py`` is the front door.
"""
