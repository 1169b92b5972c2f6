"""The searchable copy: documents, passages, vectors, the index contract and its backends."""
