"""Tests of the crawl engine."""
