"""``build`` and ``status``: the index and what is in it."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from retrieval import documents, index
from retrieval.cli.console import Index, Json, Model, Seeds, build_bars, encoder, err, out
from retrieval.index import generation
from retrieval.index.build import is_current
from retrieval.settings import Settings

LEFT_OUT = 4


def build(
    seeds: Seeds = None,
    index_: Index = None,
    model: Model = None,
    passage_size: Annotated[
        int | None, typer.Option("--passage-size", help="Longest passage, in characters.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Build the index from the documents; does nothing when nothing has changed."""
    settings = Settings.load(seeds=seeds, index=index_, model=model, passage_size=passage_size)
    if unchanged := is_current(settings):
        manifest = generation.manifest(settings.index)
        report = index.BuildReport(
            manifest.documents, manifest.passages, manifest.sentences, manifest.left_out
        )
    else:
        documents.find(settings.seeds)  # nothing to read: said before the model takes seconds to load
        loaded = encoder(settings)
        with build_bars() as bars:
            report = index.build(settings, loaded, bars)
    if as_json:
        print(
            json.dumps(
                {
                    "changed": not unchanged,
                    "documents": report.documents,
                    "passages": report.passages,
                    "sentences": report.sentences,
                    "left_out": [asdict(one) for one in report.left_out],
                },
                ensure_ascii=False,
            )
        )
    else:
        verb = "nothing has changed:" if unchanged else "built:"
        counts = f"{report.documents} documents, {report.passages} passages"
        out.print(Text(f"{verb} {counts}, {report.sentences} sentences in {settings.index}"))
    for one in report.left_out:
        err.print(Text(f"left out: {one.name}: {one.reason}"))
    return LEFT_OUT if report.left_out else 0


def status(seeds: Seeds = None, index_: Index = None, model: Model = None, as_json: Json = False) -> int:
    """Say what is indexed, and what has changed in the documents since."""
    settings = Settings.load(seeds=seeds, index=index_, model=model)
    manifest = generation.manifest(settings.index)
    changes = index.changes(settings)
    if as_json:
        fields = {
            "index": str(settings.index),
            "generation": index.current(settings.index),
            **manifest.model_dump(mode="json", exclude={"files"}),
            "changes": {name: list(getattr(changes, name)) for name in changes.__slots__},
        }
        print(json.dumps(fields, ensure_ascii=False))
        return 0
    out.print(Text(f"index      {settings.index} ({index.current(settings.index)})"))
    out.print(Text(f"built      {manifest.built_at:%Y-%m-%d %H:%M} UTC with {manifest.model}"))
    out.print(Text(f"documents  {manifest.documents}"))
    out.print(Text(f"passages   {manifest.passages}, at most {manifest.passage_size} characters"))
    for one in manifest.left_out:
        out.print(Text(f"left out   {one.name}: {one.reason}"))
    for name in changes.__slots__:
        for what in getattr(changes, name):
            out.print(Text(f"{name:<10} {what}"))
    if changes:
        out.print("to take the changes in: python -m retrieval build")
    return 0
