"""What people decide in a review, and when: the working days that its windows are counted in."""
