"""Use cases. Knows ports and the rings below, no library of the outside."""
