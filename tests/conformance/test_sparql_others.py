"""The W3C suites for SPARQL 1.0 and 1.2 over HTTP.

What fails is listed in known_failures.toml with its cause, and must fail: what that list says too much is
wrong, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conformance.running import FOUND, listed, run, whole

if TYPE_CHECKING:
    from tests.conformance.server import Server
    from tests.conformance.suite import Case


@pytest.mark.skipif(FOUND is None, reason="no suites")
@pytest.mark.parametrize("suite", ["sparql10", "sparql12"])
def test_the_whole_suite_is_there_and_what_is_known_to_fail_is_in_it(suite: str) -> None:
    whole(suite)


@pytest.mark.parametrize("case", listed("sparql10"))
def test_sparql_1_0(server: Server, case: Case) -> None:
    run(server, case)


@pytest.mark.parametrize("case", listed("sparql12"))
def test_sparql_1_2(server: Server, case: Case) -> None:
    run(server, case)
