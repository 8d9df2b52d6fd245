"""Makes the adapters that Shutten ships, from public questions and from analyses written for it; see
README.md beside it."""
