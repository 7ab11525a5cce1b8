"""What people still lack, the way to the next level, and the training that serves it (Policy 6)."""
