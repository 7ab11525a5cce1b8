"""What the committee reads first: results by level, completeness of the data, what is to be decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from cmreview.review.model import Case
from cmreview.show.figures import NOTHING
from cmreview.show.html import Content, Html, breakable, element, join
from cmreview.show.proceedings import are_shown, column, stage_mark
from cmreview.show.score import points
from cmreview.show.tables import Head, listing, table
from cmreview.show.voice import Voice, decision_label, result_mark
from cmreview.terms import RESULTS, Outcome, Result, Severity

MOST_NOTES = 3  # of one kind, before the summary sends the reader to the last part


def link(case: Case, place: int, voice: Voice) -> Html:
    """An applicant's name as a link to their section."""
    return element("a", breakable(voice.person(case)), href=f"#applicant-{place}")


def lead(voice: Voice) -> Html:
    """The department in a sentence or two, and what holds for the whole packet."""
    review, figures = voice.review, voice.figures
    totals = review.totals
    counts = {
        "managers": figures.counted("managers", len(review.applicants) + len(review.others)),
        "applicants": figures.counted("people", len(review.applicants)),
    }
    if totals.department_sales is None or not totals.company_sales:
        first = voice.say("summary.lead_without_sales", **counts)
    else:
        share = figures.percent(totals.department_sales / totals.company_sales)
        sales = figures.money(totals.department_sales)
        first = voice.say("summary.lead", sales=sales, share=share, **counts)
    return join((element("p", first), listing(_notes(voice), class_="notes")))


def _notes(voice: Voice) -> list[str]:
    """The notes of the review; many of one kind are told by the first, the rest stand under method."""
    kinds: dict[str, list[str]] = {}
    for note in voice.review.notes:
        kinds.setdefault(note.key, []).append(voice.tell(note) or "")
    told: list[str] = []
    for sentences in kinds.values():
        if len(sentences) <= MOST_NOTES:
            told += sentences
        else:
            told.append(voice.say("summary.more_notes", first=sentences[0], n=len(sentences) - 1))
    return told


def by_level(voice: Voice) -> Html:
    """Applicants by level and result."""
    review = voice.review
    if not review.applicants:
        return element("p", voice.say("summary.nobody"))
    heads = [Head(voice.say("summary.level")), Head(voice.say("summary.applied"), True)]
    heads += [Head(RESULTS[result](voice.lang), True) for result in Result]
    heads.append(Head(voice.say("summary.awaiting"), True))
    rows = []
    for level_id, label in reversed(review.levels):
        cases = [case for case in review.applicants if _target(case) == level_id]
        if cases:
            rows.append((label(voice.lang), *_tally(cases)))
    foot = (voice.say("summary.sum"), *_tally(review.applicants))
    return table(voice.say("summary.by_level"), heads, rows, foot=foot)


def completeness(voice: Voice) -> Html:
    """How much of what is needed the records hold."""
    review, figures = voice.review, voice.figures
    outcomes = [verdict.outcome for case in review.applicants for verdict in case.verdicts]
    rows_in = sum(count.rows_in for count in review.row_counts)

    def line(key: str, amount: int, of: int | None = None) -> tuple[Content, ...]:
        part = figures.percent(Fraction(amount, of)) if of else NOTHING
        return (voice.say(f"summary.{key}"), figures.count(amount), part)

    evidenced = sum(outcome in (Outcome.MET, Outcome.MISSED) for outcome in outcomes)
    severities = [finding.severity for finding in review.findings]
    rows = [
        line("verdicts", len(outcomes)),
        line("evidenced", evidenced, len(outcomes)),
        line("no_evidence", outcomes.count(Outcome.NO_EVIDENCE), len(outcomes)),
        line("no_rule", outcomes.count(Outcome.NO_RULE), len(outcomes)),
        line("rows", rows_in),
        line("rows_used", sum(count.used for count in review.row_counts), rows_in),
        line("rows_aside", sum(count.set_aside for count in review.row_counts), rows_in),
        line("errors", severities.count(Severity.ERROR)),
        line("warnings", severities.count(Severity.WARNING)),
    ]
    heads = [
        Head(voice.say("summary.item")),
        Head(voice.say("summary.amount"), True),
        Head(voice.say("summary.part"), True),
    ]
    return table(voice.say("summary.completeness"), heads, rows)


def decisions(voice: Voice) -> Html:
    """What the committee has to decide, each with the people it concerns (Policy 4.3)."""
    asked: list[tuple[str, Callable[[Case], bool]]] = [
        ("eligible", lambda case: _result(case) is Result.ELIGIBLE),
        ("undecided", lambda case: _result(case) is Result.UNDECIDED),
        ("not_eligible", lambda case: _result(case) is Result.NOT_ELIGIBLE),
        ("awaiting", lambda case: case.application is not None and case.application.awaits_admission),
        ("preliminary", lambda case: case.preliminary is None or case.preliminary.decision != "passed"),
        ("declared", lambda case: any(item.agrees is False for item in case.declared)),
    ]
    items: list[Content] = []
    for key, concerns in asked:
        concerned = [
            link(case, place, voice)
            for place, case in enumerate(voice.review.applicants, start=1)
            if concerns(case)
        ]
        if concerned:
            n = voice.figures.counted("applicants", len(concerned))
            items.append(_with_names(voice.say(f"decide.{key}", n=n, names="\x00"), concerned, voice))
    clauses = {
        verdict.criterion
        for case in voice.review.applicants
        for verdict in case.verdicts
        if verdict.outcome is Outcome.NO_RULE
    }
    if clauses:
        items.append(voice.say("decide.no_rule", clauses=voice.say("comma").join(sorted(clauses))))
    return listing(items, ordered=True, class_="decisions") or element("p", voice.say("decide.nothing"))


def all_applicants(voice: Voice) -> Html:
    """One table of everybody who applied."""
    review, figures = voice.review, voice.figures
    if not review.applicants:
        return element("p", voice.say("summary.nobody"))
    keys = ("name", "target", "held", "result", "counts", "score", "coverage", "rank")
    widths = (17, 10, 8, 13, 14, 8, 8, 12)
    heads = [
        Head(voice.say(f"applicants.{key}"), key in ("counts", "score", "coverage", "rank"), width)
        for key, width in zip(keys, widths, strict=True)
    ]
    # where a case stands says what came of the preliminary review too, and there is room for one of them
    is_recorded = are_shown(review)
    heads.append(Head(column(voice) if is_recorded else voice.say("applicants.preliminary"), width=10))
    rows: list[tuple[Content, ...]] = []
    for place, case in enumerate(review.applicants, start=1):
        score, overall = case.score, case.overall
        counts = overall and (overall.met, overall.missed, overall.no_evidence, overall.no_rule)
        ranked = score is not None and score.rank_in_company is not None
        rows.append(
            (
                link(case, place, voice),
                voice.level(_target(case)),
                voice.level(case.person.level),
                result_mark(case, voice),
                _together(counts) if counts else None,
                points(score.points) if score and score.points is not None else None,
                figures.percent(score.coverage, 0) if score else None,
                f"{score.rank_in_company} / {score.of_company}" if score and ranked else None,
                stage_mark(case, voice) if is_recorded else decision_label(case.preliminary, voice),
            )
        )
    note = element("p", voice.say("applicants.note"), class_="note")
    return join((table(voice.say("applicants.caption"), heads, rows, class_="people"), note))


def _together(counts: Iterable[int]) -> Html:
    return element("span", " / ".join(str(count) for count in counts), class_="together")


def _target(case: Case) -> str | None:
    return case.application.target_level if case.application else None


def _result(case: Case) -> Result | None:
    return case.overall.result if case.overall else None


def _tally(cases: Iterable[Case]) -> tuple[str, ...]:
    known = list(cases)
    awaiting = sum(bool(case.application and case.application.awaits_admission) for case in known)
    results = [sum(_result(case) is result for case in known) for result in Result]
    return tuple(str(amount) for amount in (len(known), *results, awaiting))


def _with_names(sentence: str, names: list[Html], voice: Voice) -> Html:
    before, after = sentence.split("\x00")
    return join((before, join(names, voice.say("comma")), after))
