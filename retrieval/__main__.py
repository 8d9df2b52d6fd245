"""``python -m retrieval``"""

import gc
import sys

from retrieval.cli import main

code = main()
# or the interpreter looks through a million objects for garbage before it leaves, two seconds long
gc.freeze()
sys.exit(code)
