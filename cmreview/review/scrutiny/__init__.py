"""How firm a result is: what would turn it, who lies near a threshold, what a correction changes."""
