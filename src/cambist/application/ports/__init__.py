"""Protocols that the outside implements."""
