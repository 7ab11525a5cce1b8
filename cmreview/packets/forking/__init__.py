"""Cells of a notebook run in a child forked from a warm parent instead of a kernel of its own."""
