"""Surfaces: what people and programs see of the system."""
