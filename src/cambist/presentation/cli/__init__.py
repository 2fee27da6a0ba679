"""The command line: options in, tables or JSON out. What it works on is handed in by the composition root."""
