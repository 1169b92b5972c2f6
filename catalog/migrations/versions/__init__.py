"""One file per step. A published step is never edited."""
