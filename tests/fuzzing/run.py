"""Coverage-guided fuzzing of one target by atheris, for so many seconds: ``make fuzz``.

python -m tests.fuzzing.run TARGET SECONDS
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["retrieval"]):
    from tests.fuzzing.samples import SAMPLES
    from tests.fuzzing.targets import TARGETS


def main(name: str, seconds: str) -> None:
    """Fuzz the target, beginning with its sample; leaves with an error where a promise is broken."""
    with tempfile.TemporaryDirectory(prefix="shutten-corpus-") as corpus:
        (Path(corpus) / "sample").write_bytes(SAMPLES[name])
        options = [
            f"-max_total_time={seconds}",
            "-timeout=30",
            "-rss_limit_mb=4096",
            "-artifact_prefix=/tmp/",
        ]
        atheris.Setup([sys.argv[0], corpus, *options], TARGETS[name])
        atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
