"""What follows from the year: rewards, penalties, titles, and what people decided (Policy 5.4)."""
