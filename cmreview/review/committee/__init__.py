"""Cases as the committee has them before it, and how each went by the record of the process."""
