"""Makes the adapters that Shutten ships from public questions and paragraphs; see README.md beside it."""
