"""``build`` and ``status``: the index and what is in it."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from retrieval import documents, indexes
from retrieval.cli import console
from retrieval.cli.console import Index, Json, Model, Seeds, build_bars, encoder, line, out
from retrieval.settings import Settings

LEFT_OUT = 4


def build(
    seeds: Seeds = None,
    index_: Index = None,
    model: Model = None,
    passage_size: Annotated[
        int | None, typer.Option("--passage-size", help="Longest passage, in characters.")
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option("--shard", metavar="I/N", help="Build only share I of N, of an index in Milvus."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Build the index from the documents; does nothing when nothing has changed."""
    from retrieval import building  # here: other commands need not wait for it

    settings = Settings.load(seeds=seeds, index=index_, model=model, passage_size=passage_size, shard=shard)
    if unchanged := building.is_current(settings):
        report = building.standing(settings)
    else:
        documents.find(settings.seeds)  # nothing to read: said before the model takes seconds to load
        loaded = encoder(settings)
        with build_bars() as bars:
            report = building.build(settings, loaded, bars)
    if as_json:
        print(
            json.dumps(
                {
                    "changed": not unchanged,
                    "documents": report.documents,
                    "passages": report.passages,
                    "sentences": report.sentences,
                    "left_out": [asdict(one) for one in report.left_out],
                    "stale": [asdict(one) for one in report.stale],
                    "waits_for": report.waits_for,
                },
                ensure_ascii=False,
            )
        )
    else:
        verb = "nothing has changed:" if unchanged else "built:"
        said = f"{report.documents} documents, {report.passages} passages, {report.sentences} sentences"
        out.print(line(f"{verb} {said} in {settings.index}"))
        if report.waits_for:
            shares = ", ".join(f"{number}/{settings.shard.of}" for number in report.waits_for)
            out.print(line(f"the index before answers until these are built, too: --shard {shares}"))
    console.missing(report.left_out, report.stale)
    return LEFT_OUT if report.left_out or report.stale else 0


def status(seeds: Seeds = None, index_: Index = None, model: Model = None, as_json: Json = False) -> int:
    """Say what is indexed, and what has changed in the documents since."""
    from retrieval import building

    settings = Settings.load(seeds=seeds, index=index_, model=model)
    found = indexes.state(settings.index)
    manifest, changes = found.manifest, building.changes(settings)
    if as_json:
        fields = {
            "index": str(settings.index),
            "generation": found.id,
            "trouble": found.trouble,
            **manifest.model_dump(mode="json", exclude={"files", "seal"}),
            "changes": {name: list(getattr(changes, name)) for name in changes.__slots__},
        }
        print(json.dumps(fields, ensure_ascii=False))
        return 0
    if found.trouble:
        out.print(line(f"damaged    {found.trouble}"))
    out.print(line(f"index      {settings.index} ({found.id})"))
    out.print(
        line(f"built      {manifest.built_at:%Y-%m-%d %H:%M} UTC with {manifest.model} ({manifest.numbers})")
    )
    out.print(line(f"documents  {manifest.documents}"))
    out.print(line(f"passages   {manifest.passages}, at most {manifest.passage_size} characters"))
    for word, ones in (("left out", manifest.left_out), ("stale", manifest.stale)):
        for one in ones:
            out.print(line(f"{word:<10} {one.name}: {one.reason}"))
    for name in changes.__slots__:
        for what in getattr(changes, name):
            out.print(line(f"{name:<10} {what}"))
    if changes:
        out.print("to take the changes in: python -m retrieval build")
    return 0
