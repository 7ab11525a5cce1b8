"""What the company learns from its records: sums, shares and findings, nobody by name (Policy 5.3)."""
