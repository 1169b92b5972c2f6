"""Places: the gazetteer, named regions, reading places out of text with evidence and doubt, distances."""
