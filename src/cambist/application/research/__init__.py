"""Experiments: the same data plane on the past or on a seeded market, as fast as the machine does."""
