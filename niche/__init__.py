"""What is sought: a ``Niche`` and how a query becomes one."""
