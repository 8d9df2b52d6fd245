"""``python -m retrieval``"""

import gc
import os
import signal
import sys


def _run() -> int:
    # closed by whoever started this: `>&-`. The lowest free number is taken: 0, 1 and 2, or else the first
    # file that is opened would have it, and get what is printed, here or in what `serve` starts
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8", errors="replace")
            os.set_inheritable(stream.fileno(), True)
            setattr(sys, name, stream)
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
