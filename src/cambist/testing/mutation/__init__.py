"""Changes to the reference kernel's source, and whether the scenarios notice them."""
