"""The deterministic core: one API, two kernels. Rules: docs/engine.md."""
