"""Benchmarks of the budgets in docs: each is a script that prints a ratio and fails above its budget."""
