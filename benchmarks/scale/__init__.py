"""What holds beyond one machine: ``make bench-scale``."""
