"""The reference kernel: docs/engine.md in plain Python, on the domain's own objects. Meant to be read."""

from cambist.engine.reference.kernel import ReferenceKernel

__all__ = ["ReferenceKernel"]
