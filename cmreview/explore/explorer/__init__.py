"""The committee's explorer: filters, views as tabs, and trying out the policy on a prepared file."""
