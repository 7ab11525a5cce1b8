"""What people read: tables, charts, figures and workbooks, with one look."""
