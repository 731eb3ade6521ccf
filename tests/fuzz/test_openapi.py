"""What the server answers is what its own description says, whatever is sent to it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from kg.keys import Keys, Scope

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from schemathesis.schemas import APIOperation

    Serving = Callable[..., AbstractContextManager[tuple[str, subprocess.Popen[str]]]]
    Operation: TypeAlias = APIOperation[Any, Any, Any, Any]

_EXAMPLES = int(os.environ.get("SERVANDA_FUZZ_EXAMPLES", "6"))
"""For each operation and manner; SERVANDA_FUZZ_EXAMPLES=200 for a long run."""
_CHECKS = (
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.missing_required_header,
    checks.unsupported_method,
    checks.ignored_auth,
    checks.allow_header_conformance,
)
"""All but those that take any id of the right form for one that exists."""
_UNHURRIED = settings(
    max_examples=_EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
_PATIENCE = 60.0
"""Seconds to wait for an answer: tables of everything are made when the first asks for one."""
_WITHOUT_A_KEY = SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(request_timeout=_PATIENCE)))
_WITH_A_KEY = SchemathesisConfig(
    projects=ProjectsConfig(
        default=ProjectConfig(
            request_timeout=_PATIENCE, generation=GenerationConfig(with_security_parameters=False)
        )
    )
)
"""Nothing is made up in the place of the key."""


def _operations(address: str, config: SchemathesisConfig) -> list[Operation]:
    described = schemathesis.openapi.from_url(f"{address}/openapi.json", config=config)
    return [found.ok() for found in described.get_all_operations()]  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def operations(address: str) -> list[Operation]:
    return _operations(address, _WITHOUT_A_KEY)


@pytest.fixture(scope="module")
def keyed(
    tmp_path_factory: pytest.TempPathFactory, demonstration: Callable[..., Path], serving: Serving
) -> Iterator[tuple[list[Operation], dict[str, str]]]:
    """Give the operations that need a key, and a header with one that may do everything."""
    store = demonstration(tmp_path_factory.mktemp("fuzz") / "store")
    _, token = Keys(store).make("Fuzz", Scope.ADMIN)
    settings = {"SERVANDA_UPDATE": "1", "SERVANDA_CLIENT_SECONDS": "0", "SERVANDA_CLIENT_ERRORS": "0"}
    with serving(store, **settings) as (url, _):
        described = _operations(url, _WITH_A_KEY)
        found = [operation for operation in described if operation.definition.raw.get("security")]
        yield found, {"Authorization": f"Bearer {token}"}


def test_the_description_is_read_whole(operations: list[Operation]) -> None:
    assert len(operations) > 25


@pytest.mark.parametrize(
    "manner", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value
)
def test_every_answer_is_as_described(operations: list[Operation], manner: GenerationMode) -> None:
    found = [_tried(operation, manner) for operation in operations]
    wrong = [said for said in found if said]
    assert not wrong, "\n\n".join(wrong)
    assert sum(said is not None for said in found) >= len(operations) // 2


@pytest.mark.parametrize(
    "manner", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value
)
def test_who_has_a_key_is_answered_as_described(
    keyed: tuple[list[Operation], dict[str, str]], manner: GenerationMode
) -> None:
    operations, headers = keyed
    assert len(operations) > 10
    found = [_tried(operation, manner, headers) for operation in operations]
    wrong = [said for said in found if said]
    assert not wrong, "\n\n".join(wrong)
    assert sum(said is not None for said in found) >= len(operations) // 2


def _tried(operation: Operation, manner: GenerationMode, headers: dict[str, str] | None = None) -> str | None:
    """Return what was wrong with the answers of one operation, and a request that shows it; "" for nothing.

    None where nothing of the kind can be sent: any text is right for an id.
    """
    if manner is GenerationMode.NEGATIVE and not _takes_anything(operation):
        return None

    @_UNHURRIED
    @given(case=operation.as_strategy(generation_mode=manner))
    def ask(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(checks=list(_CHECKS), headers=headers)

    try:
        ask()
    except FailureGroup as failures:
        return f"{operation.label}: {failures}"
    except Unsatisfiable:
        return None
    return ""


def _takes_anything(operation: Operation) -> bool:
    """Return whether there is anything in the request that could be wrong."""
    return any(True for _ in operation.iter_parameters()) or bool(operation.body)
