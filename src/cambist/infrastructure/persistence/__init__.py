"""What survives the process: the journal, and the tables projected from it."""
