"""What people do in a case, held against the rules before it is recorded (Policy 4, 5.4)."""
