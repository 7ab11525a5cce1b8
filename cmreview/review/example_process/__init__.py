"""What the example company's committee did with the year's applications, from the first to the last step."""
