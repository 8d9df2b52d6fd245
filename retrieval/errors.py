"""Every way in which Shutten can refuse, each with its exit code.

    ShuttenError            1   something failed
    ├── UsageError          2   the question, an option or a setting is wrong
    │   ├── EmptyQuestion   2   the question says nothing
    │   ├── LongQuestion    2   the question is longer than any that is meant
    │   ├── EmptySelection  2   the filters leave no passage to ask
    │   ├── AlreadyHeld     2   a document that is to be added is there already
    │   └── Unpaired        2   two evaluations have no question in common
    ├── NoDocuments         1   the seeds folder is missing, or holds nothing that can be read
    ├── UnreadableDocument  4   one document was left out (a build goes on and reports it)
    ├── ModelUnavailable    1   the embedding model cannot be loaded
    ├── CannotWrite         1   the index cannot be written: a full disk, a folder that is read-only
    ├── BeingBuilt          1   another process builds this index
    ├── Unreachable         1   the server that has the index does not answer, or refuses
    ├── FloorNotMet         1   a figure is lower than it was asked to be
    ├── FaultySet           1   a question set does not fit the documents
    └── NoIndex             3   there is no index yet
        ├── DamagedIndex    3   its files are not the ones that were built
        └── ForeignIndex    3   it was built with another model or format

Each message is one line: what is wrong, where, and what to do. The command line prints it and
leaves with the exit code; the pages show it. Nothing else turns an error into text.
"""


class ShuttenError(Exception):
    """The base of all errors that are meant for the reader."""

    exit_code = 1


class UsageError(ShuttenError):
    """The question, an option or a setting is wrong."""

    exit_code = 2


class EmptyQuestion(UsageError):
    """The question says nothing."""


class LongQuestion(UsageError):
    """The question is longer than any that is meant."""


class EmptySelection(UsageError):
    """The filters leave no passage to ask."""


class AlreadyHeld(UsageError):
    """A document that is to be added is there already."""


class Unpaired(UsageError):
    """Two evaluations have no question in common."""


class NoDocuments(ShuttenError):
    """There is nothing to build an index from."""


class UnreadableDocument(ShuttenError):
    """One document cannot be read; the message is the reason, without the document's name."""

    exit_code = 4


class ModelUnavailable(ShuttenError):
    """The embedding model cannot be loaded."""


class CannotWrite(ShuttenError):
    """The index cannot be written; the one before answers as it did."""


class BeingBuilt(ShuttenError):
    """Another process builds this index."""


class Unreachable(ShuttenError):
    """The server that has the index does not answer, or refuses."""


class FloorNotMet(ShuttenError):
    """A figure is lower than it was asked to be."""


class FaultySet(ShuttenError):
    """A question set names documents or answers that are not there."""


class NoIndex(ShuttenError):
    """There is no index to ask."""

    exit_code = 3


class DamagedIndex(NoIndex):
    """The index's files are missing or are not the ones that were built."""


class ForeignIndex(NoIndex):
    """The index was built with another model or by another version of the format."""


def one_line(value: object) -> str:
    """What somebody else's code says, of however many lines, as one."""
    return " ".join(str(value).split())
