"""Finding and reading public pages: the plan, the sources, the polite crawl, the gate, archive and replay."""
