"""Cells of a notebook run in a child forked from a warm parent, in place of a kernel's process (decision 014)."""
