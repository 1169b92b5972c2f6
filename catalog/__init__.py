"""The database of record: who was seen where, what they wrote, who may be kept, what is still to fetch."""
