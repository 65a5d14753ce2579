"""What all tests share: hypothesis profiles, and one LibreOffice a worker."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.office import Office, OfficeError, find_office

# Shared machines are slow at times: a deadline would make the tests flicker, not better.
_QUIET = (HealthCheck.too_slow,)
settings.register_profile("ci", deadline=None, derandomize=True, max_examples=100, suppress_health_check=_QUIET)
settings.register_profile("soak", deadline=None, max_examples=2000, suppress_health_check=_QUIET)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    """A running LibreOffice; its absence fails the test, for a skipped check is no check."""
    try:
        find_office()
    except OfficeError as problem:
        pytest.fail(str(problem), pytrace=False)
    with Office() as running:
        yield running
