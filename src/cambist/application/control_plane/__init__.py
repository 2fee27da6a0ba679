"""The slow path: queries and commands of people and programs. Reads never touch the engine's thread."""
