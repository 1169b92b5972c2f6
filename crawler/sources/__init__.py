"""Sources: one file each; see ``base.py``."""
