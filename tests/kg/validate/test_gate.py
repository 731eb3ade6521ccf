"""Who decides which documents conform, and what becomes of those over which an engine dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rdflib import XSD, Literal, URIRef

from kg import resources
from kg.errors import ServandaError, ValidatorsDisagreeError
from kg.store.nquads import to_ntriples
from kg.terms import PROV, SVD
from kg.validate import apart
from kg.validate.apart import Apart, Here
from kg.validate.compiled import Compiled, compiled
from kg.validate.gate import Candidate, Gate, gate
from tests.kg.validate.test_shacl import TOY, long_report, node, surroundings, triples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.model import Triple

SHAPES = Path(str(resources.ontology() / "shapes"))
RED = 't:b a t:Ball ; t:colour "red" .'
GREEN = 't:b a t:Ball ; t:colour "green" .'
PANICS = frozenset(
    {(node("x"), node("when"), Literal("9" * 23 + "T00:00:00Z", datatype=XSD.dateTime, normalize=False))}
)
"""What the engine that decides is known to panic of, in the context of a document."""
LAX = TOY.replace('sh:in ( "red" "blue" )', 'sh:in ( "red" "green" )')


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _folder(tmp_path_factory, TOY)


@pytest.fixture(scope="module")
def laxer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _folder(tmp_path_factory, LAX)


@pytest.fixture(scope="module")
def elsewhere(folder: Path) -> Iterator[Apart]:
    """Give an engine in a process of its own."""
    made = Apart(folder)
    yield made
    made.close()


def _folder(places: pytest.TempPathFactory, text: str) -> Path:
    made = places.mktemp("shapes")
    (made / "toy.ttl").write_text(
        text + "t:Panic a sh:NodeShape ; sh:targetSubjectsOf t:when ; sh:property t:Panic-when .\n"
        "t:Panic-when sh:path t:when ;\n"
        f'sh:maxInclusive "2030-01-01T00:00:00Z"^^<{XSD.dateTime}> .\n',
        "utf-8",
    )
    return made


def ball(
    text: str, name: str = "ball", context: frozenset[Triple] = frozenset(), digest: str = ""
) -> Candidate:
    return Candidate(name, triples(text), context, digest)


def child_of(engine: Apart) -> int:
    assert engine._child is not None  # noqa: SLF001 - whom to kill
    return engine._child._process.pid  # noqa: SLF001


def test_the_engine_decides_and_the_reference_reports(folder: Path, elsewhere: Apart) -> None:
    right, wrong = Gate(folder, elsewhere).check([ball(RED), ball(GREEN)])
    assert right.conforms
    assert right.report is None
    assert wrong.failing == {"<urn:toy:b>"}
    assert wrong.report is not None
    assert [result.message for result in wrong.report.results] == ["A ball is red or blue."]


def test_nodes_that_are_not_the_documents_do_not_count(folder: Path, elsewhere: Apart) -> None:
    around = triples("t:c a t:Ball .")
    assert next(Gate(folder, elsewhere).check([ball(RED, context=around)])).conforms
    own = "t:d t:near t:c . t:c t:near t:d ."
    assert next(Gate(folder, elsewhere).check([ball(own, context=around)])).conforms


def test_a_panic_refuses_one_document_of_a_batch(folder: Path, elsewhere: Apart) -> None:
    batch = [ball(RED), ball(RED, "bad", PANICS), ball(GREEN), ball(RED)]
    first, bad, wrong, last = Gate(folder, elsewhere).check(batch)
    assert first.conforms
    assert last.conforms
    assert not wrong.conforms
    assert not bad.conforms
    assert bad.report is None
    assert bad.undecided is not None
    assert "Panic" in bad.undecided


def test_a_panic_in_a_process_that_can_be_spared_is_told_and_leaves_it_working(folder: Path) -> None:
    here = Gate(folder, Here(folder))
    bad, right = here.check([ball(RED, "bad", PANICS), ball(RED)])
    assert bad.undecided
    assert right.conforms


def test_a_worker_that_is_killed_refuses_what_it_had_and_is_replaced(folder: Path) -> None:
    engine = Apart(folder)
    made = Gate(folder, engine)
    assert next(made.check([ball(RED)])).conforms
    os.kill(child_of(engine), signal.SIGKILL)
    refused, right = made.check([ball(RED), ball(RED)])
    assert refused.undecided == "its process was ended by SIGKILL"
    assert not refused.conforms
    assert right.conforms
    engine.close()


def test_a_worker_that_hangs_is_ended(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Apart(folder)
    made = Gate(folder, engine)
    assert next(made.check([ball(RED)])).conforms
    os.kill(child_of(engine), signal.SIGSTOP)
    monkeypatch.setattr(apart, "_LEAST", 0.2)
    assert next(made.check([ball(RED)])).undecided == "it took too long and was ended"
    monkeypatch.undo()
    assert next(made.check([ball(RED)])).conforms
    engine.close()


def test_a_worker_ends_with_who_began_it(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from kg.validate.apart import Apart\n"
        "engine = Apart(Path(sys.argv[1])); engine.failing(b'')\n"
        "print(engine._child._process.pid, flush=True)\n"
        "import os; os.kill(os.getpid(), 9)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program, str(folder)], cwd=SHAPES.parents[1], capture_output=True, check=False
    )
    number = int(said.stdout)
    until = time.monotonic() + 10
    while Path(f"/proc/{number}").exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert not Path(f"/proc/{number}").exists()


def test_a_disagreement_stops_the_batch_by_name(folder: Path, laxer: Path) -> None:
    made = Gate(folder, Here(laxer), one_in=1)
    found = made.check([ball(RED, "right", digest="0"), ball(GREEN, "urn:the-green", digest="0")])
    assert next(found).conforms
    with pytest.raises(ValidatorsDisagreeError, match="urn:the-green conforms, by pySHACL it does not"):
        next(found)
    with pytest.raises(ValidatorsDisagreeError, match="urn:the-green does not conform, by pySHACL it does"):
        next(Gate(laxer, Here(folder)).check([ball(GREEN, "urn:the-green")]))


def test_which_one_in_a_thousand_is_decided_by_both_is_the_documents_own(folder: Path, laxer: Path) -> None:
    made = Gate(folder, Here(laxer))

    def both(digest: str) -> bool:
        try:
            return not next(made.check([ball(GREEN, digest=digest)])).conforms
        except ValidatorsDisagreeError:
            return True

    chosen = [number for number in range(3000) if both(f"{number:012x}{'5' * 52}")]
    assert chosen == [0, 1000, 2000]
    assert both(f"{1000:012x}{'5' * 52}")


@pytest.mark.parametrize(
    ("words", "datatype"),
    [("٣", XSD.integer), ("3", URIRef("urn:nobodys")), ("0000-01-01", XSD.date), ("9" * 30, XSD.integer)],
)
def test_what_engines_may_read_differently_the_reference_decides(
    folder: Path, laxer: Path, words: str, datatype: URIRef
) -> None:
    odd = (node("b"), node("size"), Literal(words, datatype=datatype, normalize=False))
    candidate = Candidate("odd", triples(GREEN) | {odd}, frozenset())
    assert not next(Gate(folder, Here(laxer)).check([candidate])).conforms


def test_where_the_reference_gives_up_the_document_is_refused_and_not_the_batch() -> None:
    (report,) = (s for s, p, _ in long_report(1) if p == SVD.text)
    step = next(s for s, p, _ in long_report(1) if p == SVD.step)
    odd = {(report, SVD.text, Literal("x", datatype=XSD.dateTime, normalize=False)), (step, SVD.step, report)}
    odd |= {(step, PROV.agent, Literal(1))}
    bad = Candidate("bad", long_report(1) | odd, surroundings())
    good = Candidate("good", long_report(1), surroundings())
    refused, right = Gate(SHAPES, Here(SHAPES)).check([bad, good])
    assert not refused.conforms
    assert right.conforms


@pytest.mark.parametrize("broken", ["raise ImportError('no such thing here')", "import os; os.abort()"])
def test_without_the_engine_the_reference_decides_and_that_is_told(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    broken: str,
) -> None:
    (tmp_path / "shacl.py").write_text(broken, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    made = Gate(folder, Apart(folder))
    right, wrong, again = made.check([ball(RED), ball(GREEN), ball(RED)])
    assert right.conforms
    assert again.conforms
    assert wrong.report is not None
    (said,) = caplog.messages
    assert said.startswith("pySHACL alone validates")


def test_without_the_engine_a_worker_says_so_too(folder: Path) -> None:
    program = (
        "import sys; sys.modules['shacl'] = None\n"
        "from pathlib import Path; from kg.validate.apart import *\n"
        "prepare(Path(sys.argv[1]))\n"
        "try: Here(Path(sys.argv[1])).failing(b'')\n"
        "except EngineMissingError as missing: print(missing)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program, str(folder)], cwd=SHAPES.parents[1], capture_output=True, check=True
    )
    assert b"shacl" in said.stdout


def test_the_gate_of_a_process_is_the_same_each_time() -> None:
    assert gate() is gate()


def test_holding_a_report_against_the_shapes_costs_what_it_is_long() -> None:
    shapes = compiled(SHAPES)

    def seconds(claims: int) -> float:
        data = to_ntriples(long_report(claims))
        taken = []
        for _ in range(3):  # the least of them: the machine has other work, too
            begun = time.process_time()
            shapes.failing(data)
            taken.append(time.process_time() - begun)
        return min(taken)

    seconds(5)
    assert seconds(400) / seconds(40) < 25


def test_a_query_that_cannot_be_asked_of_all_nodes_at_once_is_an_error() -> None:
    for body in (
        "{ $this a t:Ball } UNION { $this a t:Cube }",
        "OPTIONAL { $this t:p ?x }",
        "{ SELECT $this { $this ?p ?o } }",
    ):
        text = f"""{TOY}
        t:Q a sh:NodeShape ; sh:targetClass t:Ball ; sh:sparql t:Q-query .
        t:Q-query sh:message "No."@en ; sh:select "SELECT $this WHERE {{ {body} }}" .
        """
        with pytest.raises(ServandaError, match="at once"):
            Compiled(text)


def test_shapes_that_cannot_be_compiled_are_an_error() -> None:
    with pytest.raises(ServandaError, match="cannot be compiled"):
        Compiled(TOY.replace("sh:maxCount 0", 'sh:maxCount 0 ; sh:pattern "("'))
