"""Use cases that join rooms: set up, discover, import, build, evaluate, inspect."""
