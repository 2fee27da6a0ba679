"""Cambist: a self-hosted trading system."""
