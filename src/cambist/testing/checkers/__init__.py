"""What must hold of any run of the engine, each in a class of its own that knows nothing of the engine's insides.

A checker is fed with every command and the events it caused, and now and then looks at a snapshot. It keeps its own,
much simpler, account of things and raises Violation where the engine's differs.
"""
