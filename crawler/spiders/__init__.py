"""Spiders: strategies of crawling. What a page says is read by ``crawler.sources``."""
