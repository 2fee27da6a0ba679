"""Logs: what the process says about itself, apart from what it does."""
