"""Reference strategies. Each is a starting point to read, run and copy; found by the entry points of the package."""
