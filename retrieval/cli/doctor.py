"""``doctor``: is everything there and in order?"""

import json
from dataclasses import asdict

from retrieval.cli.console import Index, Json, Model, Seeds, encoder, line, out
from retrieval.settings import Settings


def doctor(seeds: Seeds = None, index: Index = None, model: Model = None, as_json: Json = False) -> int:
    """Check the installation, the settings, the model and the index; each fault with its remedy."""
    from retrieval import doctor as checks  # here: other commands need not wait for it

    faults = 0
    found = checks.examine(lambda: Settings.load(seeds=seeds, index=index, model=model), encoder)
    for check in found:
        faults += check.remedy is not None
        if as_json:
            print(json.dumps(asdict(check), ensure_ascii=False), flush=True)
        else:
            out.print(line(f"{'ok' if check.remedy is None else 'WRONG':<6} {check.what:<13} {check.found}"))
            if check.remedy is not None:
                out.print(line(f"       {'remedy':<13} {check.remedy}"))
    return 1 if faults else 0
