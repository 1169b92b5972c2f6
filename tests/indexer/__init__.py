"""Tests of the index: contract, backend, encoder, documents, build."""
