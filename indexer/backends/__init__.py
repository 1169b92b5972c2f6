"""The stores behind the index contract, one folder each. Only ``indexer.connect`` names them."""
