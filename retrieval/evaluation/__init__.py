"""Question sets and, from them, figures."""
