"""What the company's management reads: the parts of the yearly analysis (Policy 5.3)."""
