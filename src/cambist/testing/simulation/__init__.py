"""The whole engine with its journal on a simulated disk and a simulated clock, replayed exactly by its seed."""
