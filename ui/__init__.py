"""The pages: they draw, and decide nothing."""
