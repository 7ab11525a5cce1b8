"""Records that stay where they lie: the same expressions, answered by a company's own warehouse."""
