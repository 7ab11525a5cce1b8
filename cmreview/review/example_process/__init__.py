"""What the example company's committee did: the year's applications, and what followed from the year."""
