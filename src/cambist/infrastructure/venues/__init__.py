"""Where orders go and market data comes from: one package per venue."""
