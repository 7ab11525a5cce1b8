"""Papers of the process as Word documents: their fields, their templates, what fills them (Policy 4, 5.4)."""
