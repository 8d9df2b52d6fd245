"""``python -m retrieval``"""

import gc
import os
import signal
import sys


def _run() -> int:
    # In order, so that each has its own number: or the first file that is opened would get what is printed.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by whoever started this: `>&-`
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))
    interrupted = signal.getsignal(signal.SIGINT)
    if interrupted is signal.default_int_handler:  # Ctrl-C during imports ends this without a word
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from retrieval.cli import main

    signal.signal(signal.SIGINT, interrupted)
    return main()


code = _run()
# or the interpreter looks through a million objects for garbage before it leaves, two seconds long
gc.freeze()
sys.exit(code)
