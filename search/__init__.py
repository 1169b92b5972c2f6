"""Answering a niche from the index alone: retrieval, fusion, aggregation to creators, evidence, evaluation."""
