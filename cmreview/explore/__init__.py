"""What the committee touches: its session, case by case, with every entry recorded at once."""
