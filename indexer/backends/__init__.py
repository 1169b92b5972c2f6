"""Index backends behind ``indexer.contract``."""
