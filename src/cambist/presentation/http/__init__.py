"""REST and WebSocket on one loopback port."""
