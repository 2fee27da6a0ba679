"""The outermost ring, which alone sees everything: settings, the composition root, the console script."""
