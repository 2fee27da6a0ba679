"""The WebSocket: channels of snapshots and increments, encoded once however many listen."""
