"""Personal data: what holds whose, how to show it to them, hide it, and let it go."""
