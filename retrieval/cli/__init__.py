"""The command line: it parses, calls the library, and draws. Results on stdout, the rest on stderr."""

import logging
import os
import sys

import typer

from retrieval.cli import ask, calibrate, compare, doctor, evaluate, index, questions, serve, show
from retrieval.cli.console import err, line
from retrieval.errors import ShuttenError, UsageError

INTERRUPTED = 130

app = typer.Typer(
    help="Ask your own documents; read the passages that answer, each at its exact place.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (
    index.build,
    index.status,
    ask.ask,
    show.show,
    evaluate.evaluate,
    compare.compare,
    calibrate.calibrate,
    serve.serve,
    doctor.doctor,
):
    app.command()(command)
app.add_typer(questions.app, name="questions")


def main() -> int:
    """Run the command line; returns the exit code. Errors become one line on stderr."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        # not standalone: Typer then returns a command's exit code, 130 for Ctrl-C, and raises what it refuses
        code = int(app(standalone_mode=False) or 0)
        sys.stdout.flush()
    except ShuttenError as error:
        err.print(line(f"shutten: {error}"))
        return error.exit_code
    except typer.TyperException as error:
        # no command at all: the help has been printed, and there is nothing more to say
        if reason := error.format_message().rstrip("."):
            err.print(line(f"shutten: {reason}; see: python -m retrieval --help"))
        return UsageError.exit_code
    except typer.Abort:
        code = INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # whoever read our output has gone: `ask ... | head`; Typer leaves by SystemExit then
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        # a folder that may not be written to, a full disk
        err.print(line(f"shutten: {error.filename or 'failed'}: {error.strerror or error}"))
        return ShuttenError.exit_code
    if code == INTERRUPTED:
        err.print("shutten: interrupted")
    return code
