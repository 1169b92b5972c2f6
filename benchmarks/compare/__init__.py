"""nichescout beside what a user would pick instead: the same collection, questions, vectors and machine."""
