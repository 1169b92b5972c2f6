"""The floor under every room: the root of the error tree, the clock, the places that a crash test can stop at.

Nothing about niches, creators or pages lives here, and nothing here imports another room.
"""
