"""Formats and session state machines without I/O: bytes in, values out."""
