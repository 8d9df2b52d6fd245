"""How much one document may take, so that none takes the machine."""

from dataclasses import dataclass

from retrieval.errors import UnreadableDocument


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that reading one document may need; each is a setting of the same name."""

    max_seconds: int = 120
    max_memory: int = 2048  # MiB
    max_pages: int = 5000
    max_characters: int = 10_000_000

    def check_pages(self, pages: int) -> None:
        """Raises UnreadableDocument where there are too many pages."""
        if pages > self.max_pages:
            raise self.exceeded("max_pages", f"has {pages:,} pages, more than {self.max_pages:,}")

    def check_characters(self, characters: int) -> None:
        """Raises UnreadableDocument where there are too many characters."""
        if characters > self.max_characters:
            says = f"has {characters:,} characters or more, and at most {self.max_characters:,} are read"
            raise self.exceeded("max_characters", says)

    def exceeded(self, name: str, says: str) -> UnreadableDocument:
        """The error that says which limit was met, and how it is raised."""
        return UnreadableDocument(f"{says}; raise SHUTTEN_{name.upper()}, or divide the document")


DEFAULT = Limits()
