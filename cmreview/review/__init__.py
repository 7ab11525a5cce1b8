"""What follows from records and policy: indicators, verdicts, scores and cases."""
