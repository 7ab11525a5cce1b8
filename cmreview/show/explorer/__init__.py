"""The explorer's views as HTML: pure functions of a verdict table, the same look as the packets."""
