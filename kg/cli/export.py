"""The command that makes graphs for Gephi and other programs."""

from __future__ import annotations

import gc
import json
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, BinaryIO, cast

import typer

from kg.cli.app import STDOUT, GradeOption, StoreOption, app, folder, out, out_file, reading, say
from kg.cli.asking import TimeoutOption, aside, limits
from kg.cli.piped import read_text
from kg.cli.states import AsOfOption, ZoneOption, state
from kg.errors import ExportError
from kg.export import profiles
from kg.export.build import build, own_profile
from kg.export.cache import Files
from kg.export.filters import FILTERS, Filters
from kg.export.formats import FORMATS, for_name
from kg.export.order import Order
from kg.export.style import Layout
from kg.query import credibility
from kg.query.lookups import Reader
from kg.query.pool.failures import too_large
from kg.settings import Settings
from kg.standards.names import STANDARDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.export.formats import Format
    from kg.export.model import Graph
    from kg.query.pool import Within

_TABLES = "tables"
"""What is named in the place of a profile for tables of everything."""
_LAYOUTS = "layouts"
"""The folder of a store in which places are kept."""
ProfileArgument = Annotated[
    str | None,
    typer.Argument(
        help="Name of a profile, or a folder that holds one; tables for all as tables; annotations, "
        "nanopublications, provenance or claim-reviews for other standards; without it, the list of profiles."
    ),
]
OutputOption = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        help="File to write; its extension says the format. - with --format. Of tables, a new folder.",
    ),
]
SourcesOption = Annotated[
    int, typer.Option("--min-sources", min=0, help="Independent sources behind an edge at least.")
]
PairsOption = Annotated[
    bool, typer.Option("--pairs", help="One edge for all that lead the same way between two nodes.")
]
FormOption = Annotated[
    str | None, typer.Option("--format", help=f"Format, if not by the extension: {', '.join(FORMATS)}.")
]
LayoutOption = Annotated[
    Layout | None, typer.Option("--layout", help="Where nodes are put; as the profile has it.")
]
QueryOption = Annotated[
    Path | None,
    typer.Option("--query", help="A SELECT of ?source and ?target in the place of a profile."),
]
LegendOption = Annotated[bool, typer.Option("--legend", help="Put the legend beside the graph, as nodes.")]
ServerOption = Annotated[
    str | None,
    typer.Option("--server", help="Address of a server of the store: print the link to Gephi Lite."),
]


@dataclass(frozen=True, slots=True)
class _Target:
    """A file to write, and how."""

    name: str
    form: Format


def _option(name: str, flag: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(flag, help=FILTERS[name][1])
    return option


@app.command()
def export(  # noqa: PLR0913 - one option for each filter
    profile: ProfileArgument = None,
    output: OutputOption = None,
    store: StoreOption = None,
    *,
    form: FormOption = None,
    agreement: Annotated[str | None, _option("agreement", "--agreement")] = None,
    place: Annotated[str | None, _option("place", "--place")] = None,
    begin: Annotated[str | None, _option("from", "--from")] = None,
    end: Annotated[str | None, _option("to", "--to")] = None,
    zone: ZoneOption = None,
    basis: Annotated[str | None, _option("basis", "--basis")] = None,
    source: Annotated[str | None, _option("source", "--source")] = None,
    report: Annotated[str | None, _option("report", "--report")] = None,
    term: Annotated[str | None, _option("term", "--term")] = None,
    perpetrator: Annotated[str | None, _option("perpetrator", "--perpetrator")] = None,
    status: Annotated[str | None, _option("status", "--status")] = None,
    scope: Annotated[str | None, _option("scope", "--scope")] = None,
    temporal: Annotated[str | None, _option("temporal", "--temporal")] = None,
    material: Annotated[str | None, _option("material", "--material")] = None,
    personal: Annotated[str | None, _option("personal", "--personal")] = None,
    within: Annotated[str | None, _option("within", "--within")] = None,
    min_sources: SourcesOption = 0,
    min_credibility: GradeOption = credibility.DEFAULT,
    everything: Annotated[bool, typer.Option("--all", help="Keep what nothing is said of, too.")] = False,
    layout: LayoutOption = None,
    pairs: PairsOption = False,
    legend: LegendOption = False,
    server: ServerOption = None,
    query: QueryOption = None,
    svg: Annotated[Path | None, typer.Option("--svg", help="Write a picture of it here.")] = None,
    png: Annotated[Path | None, typer.Option("--png", help="Write a picture of it here, as pixels.")] = None,
    as_of: AsOfOption = None,
    timeout: TimeoutOption = None,
) -> None:
    """Write what sources say as a graph, for Gephi and other programs.

    All of it is as reported: edges say alleges, candidate or denies, and by how many independent sources.
    """
    own, where_days_are = _chosen(zone)
    if profile is not None and profile in STANDARDS:
        _write_standard(profile, output, folder(store), report, (as_of, zone))
        return
    if profile == _TABLES:
        _write_tables(output, store)
        return
    if profile is None and query is None:
        out(_listed(profiles.catalogue(own)))
        return
    targets = _targets(output, form, svg, png)
    given = {"agreement": agreement, "place": place, "from": begin, "to": end, "zone": where_days_are}
    given |= {"basis": basis, "source": source, "report": report, "within": within, "term": term}
    given |= {"perpetrator": perpetrator, "status": status, "scope": scope, "temporal": temporal}
    given |= {"material": material, "personal": personal}
    filters = Filters.of(given, min_sources, everything=everything, grade=min_credibility)
    order = Order(_profile(profile, query, own, server), filters, layout, pairs=pairs, legend=legend)
    _made(order, targets, folder(store), (as_of, zone), timeout)
    if server is not None:
        say(f"open it in Gephi Lite: {order.in_gephi_lite(server)}")


def _made(
    order: Order,
    targets: list[_Target],
    where: Path,
    when: tuple[str | None, str | None],
    timeout: float | None,
) -> None:
    """Make the graph aside, of the state at a time in a zone, and write it to every target."""
    most = limits("export", timeout)

    def work(within: Within) -> bytes:
        with state(where, *when) as opened:
            within.begin()
            gc.disable()  # there is nothing to be found among millions of tuples, and looking takes long
            graph = build(opened.store, order, Files(where / _LAYOUTS), within.tell)
            for target, file in zip(targets, files, strict=True):
                _write(graph, target, file, most.answer)
            return json.dumps(_told(graph)).encode()

    with ExitStack() as stack:
        # Beside this process, so that a large file is never in memory as a whole.
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in targets]
        told = json.loads(aside(work, most, "parts of the graph", writes=True))
        for target, file in zip(targets, files, strict=True):
            file.seek(0)
            out_file(target.name, partial(shutil.copyfileobj, file))
    _say(told, targets)


def _chosen(zone: str | None) -> tuple[Path | None, str | None]:
    """Return the folder of one's own profiles, and where days are."""
    settings = Settings.from_environment()
    return settings.exports, zone or settings.zone


def _profile(name: str | None, query: Path | None, own: Path | None, server: str | None) -> profiles.Profile:
    if server is not None and query is not None:
        raise typer.BadParameter("a server knows profiles, and no query of one's own", param_hint="--server")
    if query is None:
        return profiles.find(name or "", own)
    if name is not None:
        raise typer.BadParameter("name a profile or a query, not both", param_hint="--query")
    return own_profile(read_text(query), query.name)


def _targets(output: str | None, form: str | None, svg: Path | None, png: Path | None) -> list[_Target]:
    """Return what is to be written; BadParameter where it is not said, or cannot be."""
    found = []
    if output is not None:
        chosen = FORMATS.get(form) if form is not None else for_name(output)
        if chosen is None:
            known = ", ".join(FORMATS)
            raise typer.BadParameter(
                f"the format of {output!r} is not known; end the name so, or give --format: {known}",
                param_hint="--output",
            )
        found.append(_Target(output, chosen))
    found += [
        _Target(str(path), FORMATS[kind]) for path, kind in ((svg, "svg"), (png, "png")) if path is not None
    ]
    if not found:
        raise typer.BadParameter("say where to write it, as -o actors.gexf", param_hint="--output")
    return found


def _told(graph: Graph) -> dict[str, int | str | None]:
    nodes, edges = (len(list(each)) for each in (graph.nodes, graph.edges))
    return {
        "nodes": nodes,
        "edges": edges,
        "sequence": graph.meta.sequence,
        "hidden": dict(graph.meta.filters).get("hidden"),
    }


def _write(graph: Graph, target: _Target, file: IO[bytes], most: int) -> None:
    """Write the graph; raise AnswerTooLargeError where the file is larger than may be."""
    try:
        target.form.write(graph, cast("BinaryIO", file))
    except ModuleNotFoundError as error:
        raise ExportError(f"{target.form.extension}: {error}") from error
    if file.tell() > most:
        raise too_large(most)
    file.flush()


def _say(told: Mapping[str, Any], targets: list[_Target]) -> None:
    nodes, edges = told["nodes"], told["edges"]
    names = ", ".join(target.name for target in targets if target.name != STDOUT)
    written = f"wrote {names}: " if names else ""
    if told["hidden"]:
        say(str(told["hidden"]).replace(credibility.NAME, "--min-credibility"))
    say(f"{written}{nodes:,} nodes and {edges:,} edges, as of change {told['sequence']}")
    if not nodes:
        say("nothing that is said passes; --all keeps what nothing is said of")


def _listed(known: Mapping[str, profiles.Profile]) -> str:
    wide = max(len(name) for name in known)
    return "".join(f"{name:<{wide}}  {_sentence(profile)}\n" for name, profile in known.items())


def _sentence(profile: profiles.Profile) -> str:
    """Return the first sentence of what a profile says of itself."""
    return profile.style.description.partition(". ")[0].rstrip(".") + "."


def _write_tables(output: str | None, store: Path | None) -> None:
    """Write the tables of everything into a new folder."""
    from kg.pipeline.tables import export_tables  # noqa: PLC0415 - an extra

    if output in {None, STDOUT}:
        raise ExportError("tables are a folder of files: name a new one with -o")
    place = folder(store)
    with reading(place) as held:
        counted = export_tables(held, place, Path(str(output)))
    say(f"wrote {output}: " + ", ".join(f"{count} {name}" for name, count in counted.items()))


def _write_standard(
    name: str, output: str | None, place: Path, report: str | None, when: tuple[str | None, str | None]
) -> None:
    """Write what sources say in another standard."""
    from kg.standards.writing import written  # noqa: PLC0415 - its models take long to load

    if output is None:
        raise typer.BadParameter(
            f"say where to write it, as -o {STANDARDS[name].file}", param_hint="--output"
        )
    with state(place, *when) as held:
        text = written(Reader.of(held.store, held.store.stamp.base), name, report)
    out_file(output, lambda file: file.write(text.encode()))
    if output != STDOUT:
        say(f"wrote {output}: what sources say, not what is so")
