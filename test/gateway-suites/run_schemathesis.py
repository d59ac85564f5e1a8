"""
Asks a gateway documents that schemathesis and hypothesis-graphql make up from schema.graphql: valid ones, ones that
break the schema, and valid ones with characters lost or doubled.

    python run_schemathesis.py URL SCHEMA CASES SEED

Prints one line of JSON: how many cases, what they came to, and the smallest document of each kind of failure.
"""

import json
import random
import sys
from collections import Counter

import hypothesis
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes
from schemathesis.generation import GenerationMode

url, schema_path, case_count, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])

CODES = {
    "UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND", "BAD_USER_INPUT", "LIMIT_EXCEEDED", "COST_EXCEEDED",
    "UPSTREAM_TIMEOUT", "UPSTREAM_UNAVAILABLE", "VERSION_NOT_FOUND", "STALE_DATA", "INTERNAL",
}
# Nothing that a client sends may lead to these while Cube is well.
OURS = {"INTERNAL", "UPSTREAM_TIMEOUT", "UPSTREAM_UNAVAILABLE"}

days = st.one_of(st.dates().map(str), st.sampled_from(["2026-01-01", "0001-01-01", "9999-12-31", "2026-02-30", "", "now"]))
instants = st.one_of(
    st.datetimes().map(lambda at: at.isoformat(timespec="milliseconds") + "Z"),
    st.sampled_from(["2026-06-01T12:00:00Z", "2026-06-01", "9999-12-31T23:59:59+14:00", ""]),
)
numbers = st.one_of(st.integers(-10, 2**60), st.floats(allow_nan=False, allow_infinity=False))
schemathesis.graphql.scalar("Date", days.map(nodes.String))
schemathesis.graphql.scalar("DateTime", instants.map(nodes.String))
schemathesis.graphql.scalar("Seconds", numbers.map(lambda n: nodes.Float(float(n))))
schemathesis.graphql.scalar("Ratio", numbers.map(lambda n: nodes.Float(float(n))))
schemathesis.graphql.scalar("Count", st.integers(-1, 2**60).map(nodes.Int))

session = requests.Session()
outcomes, failures = Counter(), {}


class Failure(AssertionError):
    pass


def judge(document: str) -> None:
    body = json.dumps({"query": document})
    answer = session.post(
        url + "/graphql",
        data=body,
        headers={"content-type": "application/json", "accept": "application/graphql-response+json"},
        timeout=60,
    )
    fault = fault_of(answer)
    if fault is not None:
        # Hypothesis comes back with smaller ones: the last one stays.
        failures[fault] = document
        raise Failure(fault)


def fault_of(answer: requests.Response) -> str | None:
    if answer.status_code >= 500:
        return f"status {answer.status_code}: {answer.text[:300]}"
    try:
        told = answer.json()
    except ValueError:
        return f"no JSON: {answer.text[:300]}"
    if not isinstance(told, dict) or not ({"data", "errors"} & told.keys()):
        return f"no GraphQL: {answer.text[:300]}"
    errors = told.get("errors", [])
    outcomes["answered" if not errors else "refused"] += 1
    for error in errors:
        extensions = error.get("extensions") or {}
        code = extensions.get("code")
        outcomes[code] += 1
        if code not in CODES:
            return f"uncoded: {error}"
        if code in OURS:
            return f"{code} at {error.get('path')}: {error.get('message')}"
        if not extensions.get("requestId"):
            return f"no requestId: {error}"
    return None


def broken(document: str, dice: random.Random) -> str:
    at = dice.randrange(len(document) + 1)
    kind = dice.randrange(3)
    if kind == 0:
        return document[:at] + document[at + 1 :]
    if kind == 1:
        return document[:at] + dice.choice(['"', "{", "}", "\\", "\u0000", "$x", "@asOf", "é", "-"]) + document[at:]
    return document[:at] + document[at : at + 5] * 2 + document[at:]


def run(strategy, count: int, turn) -> int:
    asked = 0

    @hypothesis.seed(seed)
    @settings(
        max_examples=count, deadline=None, database=None, phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def check(case):
        nonlocal asked
        asked += 1
        judge(turn(case))

    try:
        check()
    except (Failure, hypothesis.errors.FlakyFailure, ExceptionGroup):
        pass  # Noted in `failures`.
    return asked


schema = schemathesis.graphql.from_path(schema_path)
schema.config.update(base_url=url)
operations = [result.ok() for result in schema.get_all_operations()]
operations = [one for one in operations if not one.label.startswith("Subscription.")]
share = max(1, case_count // (4 * len(operations)))
total = 0
for operation in operations:
    valid = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    total += run(valid, 2 * share, lambda case: case.body)
    dice = random.Random(f"{seed} {operation.label}")
    total += run(valid, share, lambda case: broken(case.body, dice))
    invalid = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    total += run(invalid, share, lambda case: case.body)

print(json.dumps({"cases": total, "operations": len(operations), "outcomes": outcomes, "failures": failures}))
