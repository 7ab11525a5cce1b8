"""The rules as data: one year's policy, read strictly from dated files, printed, compared and traced."""
