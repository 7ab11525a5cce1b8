"""What the explorer costs at 5,000 candidates, against judging every case again with the plain functions.

Run: ``python benchmarks/explorer.py [candidates]``. The candidates are made from a fixed seed through the
shapes of a review: facts at, below and above the thresholds of the shipped policy, some without evidence.
Printed are medians over several rounds, in milliseconds, and how many times longer the plain functions take
for the same answer, which is compared. Goals: 3 s to open, 150 ms from a threshold to everything right.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random

from cmreview.policy.load import default_folder, load_policy
from cmreview.policy.model import Policy
from cmreview.records.model import Records
from cmreview.records.schema import TABLES
from cmreview.review.criteria import judge, overall
from cmreview.review.explorer.changes import Change, Part, changed
from cmreview.review.explorer.filters import Filter, chosen
from cmreview.review.explorer.prepared import open_explorer, prepare_explorer
from cmreview.review.explorer.totals import effects
from cmreview.review.explorer.verdict_column import OUTCOMES
from cmreview.review.explorer.verdict_table import RESULTS, VerdictTable
from cmreview.review.model import Application, Case, Fact, Person, Review, SourceRow
from cmreview.review.rules import threshold
from cmreview.review.scoring import Contender, performance_score, ranking
from cmreview.terms import INDICATORS, Result, Unit

ROUNDS = 7
CANDIDATES = 5_000
DEPARTMENTS = 40
YEAR = 2025
HIRED = date(2015, 3, 1)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚"
FAMILY = "王李张刘陈杨赵黄周吴曾单仇解区朴翟查"


def review(size: int, policy: Policy) -> Review:
    """A review of ``size`` applicants, by random numbers from a fixed seed."""
    random = Random(20260101)
    cases = tuple(_case(number, random, policy) for number in range(size))
    names = tuple(sorted({case.person.department for case in cases}))
    return Review(policy.year, cases, names, frozenset(), ())


def _case(number: int, random: Random, policy: Policy) -> Case:
    level = random.choices(["junior", "intermediate", "senior"], [3, 4, 3])[0]
    manager = f"M{number:05}"
    person = Person(
        manager_id=manager,
        name=random.choice(FAMILY) + "".join(random.choices(GIVEN, k=2)),
        department=f"销售{number % DEPARTMENTS + 1}部",
        level={"junior": None, "intermediate": "junior", "senior": "intermediate"}[level],
        degree="bachelor",
        hired_on=HIRED,
        account_manager_since=HIRED,
        left_on=None,
        history=(),
        leaves=(),
        outcomes=(),
    )
    facts = tuple(
        _fact(each.indicator, each.over_level, threshold(each), random) for each in policy.criteria_for(level)
    )
    sources = tuple(
        SourceRow(
            "sales", f"C{number:05}-{each}", date(YEAR, 1 + each % 12, 1), "客户", Fraction(10_000 * each)
        )
        for each in range(20)
    )
    applied = Application(level, date(YEAR, 12, 10), ("业绩.pdf",), late=False)
    return Case(person, applied, None, facts, (), None, None, (), (), (), sources)


def _fact(indicator: str, over_level: str | None, line: Fraction | None, random: Random) -> Fact:
    unit = INDICATORS[indicator].unit
    if random.random() < 0.04:
        return Fact(indicator, unit, None, over_level=over_level)
    asked = Fraction(1) if line is None else line
    if unit in (Unit.COUNT, Unit.DEGREE, Unit.FLAG):
        value = Fraction(max(0, asked + random.randint(-1, 2)))
        value = min(value, Fraction(1)) if unit is Unit.FLAG else value
        return Fact(indicator, unit, value, over_level=over_level, open_rows=random.choice([0, 0, 0, 1]))
    if unit is Unit.MONEY:
        return Fact(indicator, unit, asked * random.randint(80, 140) / 100, over_level=over_level)
    whole = random.randint(5, 40)
    part = round(asked * whole) + random.randint(-1, 3)
    return Fact(
        indicator, unit, Fraction(part, whole), Fraction(part), Fraction(whole), over_level=over_level
    )


def plain(cases: Sequence[Case], policy: Policy) -> tuple[list[dict[str, str]], list[Result], dict[str, int]]:
    """Outcomes, results and ranks by the plain functions, case by case."""
    outcomes, results, found = [], [], {}
    contenders: dict[str, list[Contender]] = {}
    for case in cases:
        if case.application is None:
            raise ValueError(case.person.manager_id)
        level = case.application.target_level
        verdicts = [
            judge(each, case.facts, policy, currency=policy.currency) for each in policy.criteria_for(level)
        ]
        score = performance_score(verdicts, policy)
        outcomes.append({verdict.criterion: verdict.outcome.value for verdict in verdicts})
        results.append(overall(verdicts).result)
        if score.points is not None:
            values: dict[str, Fraction | None] = {fact.indicator: fact.value for fact in case.facts}
            contenders.setdefault(level, []).append(Contender(case.person.manager_id, score.points, values))
    for group in contenders.values():
        found |= {manager: place.rank for manager, place in ranking(group, ("sales",)).items()}
    return outcomes, results, found


def same(table: VerdictTable, answer: tuple[list[dict[str, str]], list[Result], dict[str, int]]) -> bool:
    """Whether a table says what the plain functions say."""
    outcomes, results, ranks = answer
    return all(
        {key: OUTCOMES[codes[row]].value for key, codes in table.outcomes.items() if codes[row] >= 0}
        == outcomes[row]
        and RESULTS[table.results[row]] is results[row]
        and int(table.rank_in_company[row]) == ranks.get(str(table.people.ids[row]), 0)
        for row in range(len(table.people))
    )


def everything(before: VerdictTable, policy: Policy) -> VerdictTable:
    """All that the views show of a table: outcomes, results, totals side by side, scores and ranks."""
    table = before.with_policy(policy)
    effects(before, table)
    _ = table.points, table.rank_in_company, table.rank_in_department, table.tied, table.outcomes
    return table


def median(ask: Callable[[int], object]) -> float:
    """The median time of ``ask`` in milliseconds; it is told the round."""
    times = []
    for number in range(ROUNDS):
        start = time.perf_counter()
        ask(number)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def empty_records() -> Records:
    """Records without a row: the candidates are made without any."""
    import pandas as pd

    tables = {
        name: table.arrow_schema.empty_table().to_pandas(types_mapper=pd.ArrowDtype)
        for name, table in TABLES.items()
    }
    return Records(tables, (), (), ())


def main(size: int) -> None:
    """Make the candidates, ask each question several times, and print what it took."""
    shipped = load_policy(default_folder(), YEAR)
    policy = shipped.with_value("tie_breaks", ("sales",))
    made = review(size, policy)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "all.explorer"
        start = time.perf_counter()
        prepare_explorer(empty_records(), policy, made, path)
        took = time.perf_counter() - start
        print(f"{size} candidates, prepared in {took:.1f} s, {path.stat().st_size / 1e6:.1f} MB")

        def opened(_: int) -> VerdictTable:
            return VerdictTable.from_explorer(open_explorer(path))

        table = opened(0)
        explorer = open_explorer(path)
        lines: list[tuple[str, float, float | None]] = [("open, with all verdicts", median(opened), None)]

        def threshold_moved(number: int) -> object:
            return everything(table, policy.with_threshold("3.2.P2", Decimal(2_500_000 + 10_000 * number)))

        def share_moved(number: int) -> object:
            return everything(table, policy.with_threshold("3.2.P4", Decimal(number + 3) / 100))

        def weights_moved(number: int) -> object:
            moved = [Change(Part.WEIGHT, "3.2.P2", Decimal(30 + number) / 100)]
            return everything(table, changed(policy, moved))

        def filtered(number: int) -> object:
            return chosen(table, Filter(departments=frozenset({f"销售{number + 1}部"}), text="zw"))

        def prorated(_: int) -> object:
            return everything(table, policy.with_value("leave_treatment", "prorate_threshold"))

        start = time.perf_counter()
        answer = plain(made.cases, policy)
        by_cases = 1000 * (time.perf_counter() - start)
        lines += [
            ("a threshold moved", median(threshold_moved), by_cases),
            ("a rate's threshold moved", median(share_moved), by_cases),
            ("weights moved", median(weights_moved), by_cases),
            ("leave taken into account", median(prorated), by_cases),
            ("a filter with pinyin", median(filtered), None),
            ("one case opened", median(lambda number: explorer.case(f"M{number:05}")), None),
        ]
        print(f"all cases again, one by one: {by_cases:.0f} ms")
        for name, took, against in lines:
            ratio = "" if against is None else f"  {against / took:6.1f} times faster than one by one"
            print(f"  {name:<28}{took:8.1f} ms{ratio}")
        moved = replace(policy.with_threshold("3.2.P2", Decimal(2_500_000)))
        agrees = same(table, answer) and same(table.with_policy(moved), plain(made.cases, moved))
        print("the same answers" if agrees else "DIFFERENT ANSWERS")
        if not agrees:
            sys.exit(1)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CANDIDATES)
