"""What a reader does with answers and documents: compare, cite, look up, add, remove."""
