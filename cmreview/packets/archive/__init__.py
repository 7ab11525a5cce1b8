"""A year's run kept for good in one file, and made again from it."""
