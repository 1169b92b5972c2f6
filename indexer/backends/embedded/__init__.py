"""tantivy for text, flat int8 vectors rescored in float16, committed together."""
