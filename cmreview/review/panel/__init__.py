"""The committee's marks: one score a candidate, how far members agree, and what the policy recommends."""
