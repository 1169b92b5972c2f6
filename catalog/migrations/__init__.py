"""The catalog's schema, step by step; run by ``engine.py`` when a catalog is opened."""
