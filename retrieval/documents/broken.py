"""What other people's parsers raise over a broken file: the file decides, so the classes are many."""

import struct
import zipfile
import zlib
from xml.parsers.expat import ExpatError

from docx.opc.exceptions import PackageNotFoundError
from lxml.etree import LxmlError
from pypdf.errors import PyPdfError

BROKEN: tuple[type[Exception], ...] = (ArithmeticError, AssertionError, AttributeError, EOFError, LookupError)
BROKEN += (OSError, RuntimeError, TypeError, ValueError, struct.error, zlib.error, zipfile.BadZipFile)
BROKEN += (ExpatError, LxmlError, PackageNotFoundError, PyPdfError)
