"""A client that is generated from `/openapi.json` calls every operation and understands each answer."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest

from kg.keys import Keys, Scope
from kg.pipeline.quarantine import items

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

pytestmark = pytest.mark.slow

SEED: Final = "seed-syunik-highway-2021"
AGREEMENT: Final = "nk-2020-11-10"
GRAPH: Final = "https://w3id.org/servanda/id/graph/"
CONFIG: Final = {
    "post_hooks": [],
    "content_type_overrides": {"application/gzip": "application/octet-stream"},
}
"""No formatter afterwards; and what is compressed is bytes, which the generator does not know by itself."""
LAST: Final = ("resubmit_document", "discard_document", "delete_graph", "delete_graph_by_address")


def actors(name: str) -> dict[str, Any]:
    """Return a document with one actor."""
    return {"kind": "actors", "id": name, "actors": [{"id": name, "type": "official", "label": name}]}


REPORT: Final = {
    "kind": "report",
    "id": "generated",
    "type": "news",
    "title": "Generated",
    "language": "en",
    "issued": "2021-12-01",
    "annotator": "servanda-editors",
    "licence": "CC BY 4.0",
    "text": "The road was closed.",
    "events": [{"key": "closure", "type": "road-closure", "label": "Closure"}],
    "claims": [
        {
            "key": "c1",
            "gist": "The road was closed.",
            "quote": "The road was closed",
            "modality": "asserted",
            "about": "closure",
        }
    ],
}


@dataclass(frozen=True, slots=True)
class Served:
    """The server, what it says of itself, and the client that was made of that."""

    url: str
    token: str
    described: dict[str, Any]
    package: str
    said: str
    arguments: Mapping[str, dict[str, Any]]


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory,
    demonstration: Callable[..., Path],
    serving: Callable[..., AbstractContextManager[Any]],
) -> Iterator[Served]:
    place = tmp_path_factory.mktemp("client")
    store = demonstration(place / "store")
    refused = []
    for name in ("refused-one", "refused-two"):
        file = place / f"{name}.json"
        file.write_text(json.dumps({**actors(name), "colour": "red"}), encoding="utf-8")
        command = [sys.executable, "-m", "kg", "ingest", str(file), "--store", str(store)]
        subprocess.run(command, check=False, capture_output=True)
    refused = [item.id for item in items(store, "open")]
    _, token = Keys(store).make("Client", Scope.ADMIN)
    with serving(store, SERVANDA_UPDATE="1") as (url, _):
        described = httpx.get(f"{url}/openapi.json", timeout=60).json()
        (place / "openapi.json").write_text(json.dumps(described), encoding="utf-8")
        (place / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
        package = "generated_client"
        command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
        command += ["--path", str(place / "openapi.json"), "--config", str(place / "config.json")]
        done = subprocess.run(
            [*command, "--output-path", str(place / package)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        sys.path.insert(0, str(place))
        try:
            yield Served(
                url, token, described, package, done.stdout + done.stderr, given(url, refused, token)
            )
        finally:
            sys.path.remove(str(place))
            for name in [name for name in sys.modules if name.split(".")[0] == package]:
                del sys.modules[name]


def given(url: str, refused: list[str], token: str) -> dict[str, dict[str, Any]]:
    """Return the arguments of each operation that needs any; a body as the values that it is made of."""
    address = f"agreement/{AGREEMENT}"
    graph = httpx.get(f"{url}/graphs/{address}", headers={"Accept": "application/ld+json"}, timeout=60).json()
    linked = graph if isinstance(graph, dict) else {"@graph": graph}
    violation = httpx.get(f"{url}/api/v1/alleged-violations", timeout=60).json()["items"][0]["id"]
    key = {"authorization": f"Bearer {token}"}
    sent = httpx.post(f"{url}/api/v1/datasets?format=ucdp-ged", content=b"id,year\n", headers=key, timeout=60)
    by_id = {
        "get_dataset": sent.json()["id"],
        "get_damaged_rows": sent.json()["id"],
        "get_agreement": AGREEMENT,
        "list_terms_of_agreement": AGREEMENT,
        "list_alleged_violations_of_agreement": AGREEMENT,
        "get_term": f"{AGREEMENT}/6",
        "get_alleged_violation": violation,
        "get_report": SEED,
        "get_claim": f"{SEED}/c2",
        "get_event": f"{SEED}/seizure",
        "get_state": "armenia",
        "get_force": "azerbaijani-armed-forces",
        "get_actor": "avia",
        "get_region": "syunik",
    }
    update = f"INSERT {{ GRAPH <{GRAPH}agreement/x> {{ <urn:a> a <urn:b> }} }} WHERE {{ FILTER (false) }}"
    return {
        **{name: {"id": value} for name, value in by_id.items()},
        "prove_text": {"id": SEED, "body": b"guessed"},
        "ask_question": {"name": "07-casualties"},
        "add_dataset": {"format_": "ucdp-ged", "body": b"id,year\n"},
        "add_document": {"body": actors("made-by-client")},
        "add_report": {"body": REPORT},
        "validate_document": {"body": actors("only-looked-at")},
        "query_by_get": {"query": "SELECT * { ?s ?p ?o } LIMIT 1"},
        "search": {"q": "armenia"},
        "query_by_post": {"body": {"query": "ASK { ?s ?p ?o }"}},
        "update": {"body": {"update": update}},
        "get_standard": {"standard": "annotations.jsonld", "report": SEED},
        "get_table": {"table": "datapackage.json"},
        "get_export": {"file": "actors.json", "place": "syunik", "from_": "2021-08"},
        "get_graph": {"graph": f"{GRAPH}{address}"},
        "get_graph_by_address": {"path": address},
        "put_graph": {"graph": f"{GRAPH}{address}", "body": linked},
        "put_graph_by_address": {"path": address, "body": linked},
        "add_to_graph": {"graph": f"{GRAPH}{address}", "body": linked},
        "add_to_graph_by_address": {"path": address, "body": linked},
        "get_identifier": {"path": "actor/armenia"},
        "get_description": {"path": "actor/armenia"},
        "get_ontology_as": {"extension": "ttl"},
        "get_ontology_part": {"part": "reports"},
        "get_code_list": {"code": "basis"},
        "get_quarantined": {"name": refused[0]},
        "resubmit_document": {"name": refused[0], "body": actors("refused-one")},
        "decide_same_event": {
            "body": {
                "one": f"{SEED}/armour",
                "other": f"{SEED}/springboard",
                "decision": "different",
                "reason": "a test",
            }
        },
        "discard_document": {"name": refused[1], "reason": "not needed"},
        "delete_graph": {"graph": f"{GRAPH}actors/made-by-client", "reason": "a test"},
        "delete_graph_by_address": {"path": "report/generated"},
    }


def operations(described: dict[str, Any]) -> list[dict[str, Any]]:
    found = [operation for item in described["paths"].values() for operation in item.values()]
    return sorted(found, key=lambda operation: operation["operationId"] in LAST)


def called(served: Served, operation: dict[str, Any]) -> Any:
    """Return the answer of an operation, as the client gives it."""
    name = operation["operationId"]
    tag = operation["tags"][0].replace(" ", "_")
    module = importlib.import_module(f"{served.package}.api.{tag}.{name}")
    client_of = importlib.import_module(f"{served.package}.client").AuthenticatedClient
    arguments = dict(served.arguments.get(name, {}))
    if isinstance(arguments.get("body"), bytes):
        file_of = importlib.import_module(f"{served.package}.types").File
        arguments["body"] = file_of(payload=io.BytesIO(arguments["body"]))
    elif "body" in arguments:
        bodies = [
            made for part, made in vars(module).items() if part.endswith(("JsonBody", "DataBody", "Body1"))
        ]
        content = operation["requestBody"]["content"].get("application/json", {})
        if "$ref" in content.get("schema", {}):
            bodies = [vars(module)[content["schema"]["$ref"].rpartition("/")[2]]]
        arguments["body"] = bodies[0].from_dict(arguments["body"])
    with client_of(base_url=served.url, token=served.token, timeout=httpx.Timeout(60)) as client:
        return module.sync_detailed(client=client, **arguments)


def documented(operation: dict[str, Any], status: int) -> tuple[bool, str | None]:
    """Return whether the answer of that status has a body, and the model that it is of, if of any."""
    content = operation["responses"][str(status)].get("content", {})
    schema: dict[str, Any] = next(
        (one["schema"] for kind, one in content.items() if kind.endswith("json")), {}
    )
    first = next(iter(content), "")
    return bool(content), schema["$ref"].rpartition("/")[2] if "$ref" in schema and "json" in first else None


def test_the_generator_understands_every_answer_and_every_schema(served: Served) -> None:
    for word in ("Unable to", "Cannot parse response", "Failure to process", "Invalid"):
        assert word not in served.said
    bodies = [line for line in served.said.splitlines() if line.startswith("Unsupported content type")]
    others = {"yaml", "turtle", "n-triples", "rdf+xml", "trig", "n-quads", "sparql-query", "sparql-update"}
    others |= {"x-ndjson", "x-tar", "zip"}  # several documents at once
    assert {line.rpartition("/")[2] for line in bodies} <= others, "beside each there is one that it knows"


def test_every_operation_is_called_and_answers_in_its_model(served: Served) -> None:
    tried = []
    for operation in operations(served.described):
        name = operation["operationId"]
        answer = called(served, operation)
        assert int(answer.status_code) < 400, (name, answer.content)
        assert str(int(answer.status_code)) in operation["responses"], name
        has_body, model = documented(operation, int(answer.status_code))
        if has_body:
            assert answer.parsed is not None, name
        if model is not None:
            assert type(answer.parsed).__name__ == model, name
            with contextlib.suppress(json.JSONDecodeError):
                assert answer.parsed.to_dict() == json.loads(answer.content), name
        tried.append(name)
    described = [one for item in served.described["paths"].values() for one in item.values()]
    assert len(tried) == len(set(tried)) == len(described)


def test_each_schema_has_a_title_of_its_own_that_is_its_name(served: Served) -> None:
    schemas = served.described["components"]["schemas"]
    titles = [schema.get("title") for schema in schemas.values()]
    assert titles == list(schemas)
    assert len({title.lower() for title in titles}) == len(titles)
    assert all("__" not in title and "[" not in title for title in titles)
