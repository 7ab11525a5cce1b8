"""From records to one row per manager and year: indicators by the definitions of clause 5.1."""
