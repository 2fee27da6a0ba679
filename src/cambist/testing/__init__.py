"""The shipped test kit: simulated disk, record streams, builders and checkers."""
