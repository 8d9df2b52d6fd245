"""The index on disk: built as a whole, switched to at once, never changed afterwards."""
