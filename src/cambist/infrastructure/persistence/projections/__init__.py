"""SQL tables projected from the journal. They can be wiped and rebuilt at any time, with the same rows."""
