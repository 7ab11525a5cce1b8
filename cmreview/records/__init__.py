"""What the departments handed in: tables, their reading, their checks, and the workbook to fill in."""
