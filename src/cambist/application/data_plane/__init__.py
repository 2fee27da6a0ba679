"""The hot path: sources and strategies act in engine time, the engine answers, the journal keeps it."""
