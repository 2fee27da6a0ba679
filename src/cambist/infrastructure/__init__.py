"""Adapters to the outside. No adapter imports a sibling."""
