"""The performance score with its arithmetic (Policy 1.3.b)."""

from __future__ import annotations

from fractions import Fraction

from cmreview.review.model import Case, Score
from cmreview.show.charts import Bar, attainment
from cmreview.show.figures import NOTHING, indicator_label, number
from cmreview.show.html import Content, Html, element, join
from cmreview.show.tables import Head, table
from cmreview.show.voice import Voice, criterion_name
from cmreview.terms import OUTCOMES, Unit


def points(value: Fraction) -> str:
    """A score on paper: the threshold counts 100."""
    return number(value * 100, 1)


def score_part(case: Case, anchor: str, voice: Voice) -> Html:
    """Chart, table and sentences of an applicant's score, from value and threshold to the points."""
    score = case.score
    if score is None or score.points is None:
        return element("p", voice.say("score.none"))
    figures = voice.figures
    keys = ("value", "threshold", "zero_at", "attainment", "weight", "product")
    heads = [Head(voice.say("criteria.criterion"), width=25)]
    heads += [Head(voice.say(f"score.{key}"), True, 12 if key != "product" else 15) for key in keys]
    verdicts = {verdict.criterion: verdict for verdict in case.verdicts}
    rows: list[tuple[Content, ...]] = []
    bars: list[Bar] = []
    for line in score.lines:
        verdict = verdicts[line.criterion]
        if line.attainment is None:
            shown, product = OUTCOMES[verdict.outcome](voice.lang), NOTHING
        else:
            shown = figures.percent(line.attainment)
            if line.capped:
                shown = voice.say("score.capped", attainment=shown)
            product = number(line.weight * line.attainment * 100, 2)
        fact = verdict.fact
        rows.append(
            (
                criterion_name(verdict, voice),
                figures.fact(fact, verdict.threshold),
                figures.exactly(fact.unit, verdict.threshold),
                figures.exactly(fact.unit, line.zero_at),
                shown,
                figures.exactly(Unit.SHARE, line.weight),
                product,
            )
        )
        bars.append(Bar(indicator_label(line.indicator, voice.lang), line.attainment, shown))
    reached = [line for line in score.lines if line.attainment is not None]
    weights = sum((line.weight for line in reached), Fraction(0))
    total = sum((line.weight * (line.attainment or 0) * 100 for line in reached), Fraction(0))
    foot = (
        voice.say("score.sum"),
        None,
        None,
        None,
        None,
        figures.exactly(Unit.SHARE, weights),
        number(total, 2),
    )
    name = voice.person(case)
    told = {
        "sum": number(total, 2),
        "weights": figures.exactly(Unit.SHARE, weights),
        "points": points(score.points),
    }
    return join(
        (
            attainment(bars, figures, f"{anchor}-score", name),
            table(voice.say("score.caption", name=name), heads, rows, foot=foot, headed=True),
            element("p", join((voice.say("score.result", **told), *_standing(score, voice)), " ")),
        )
    )


def _standing(score: Score, voice: Voice) -> list[str]:
    sentences = [voice.say("score.coverage", coverage=voice.figures.percent(score.coverage, 0))]
    if score.cap is not None:
        sentences.append(voice.say("score.cap", cap=voice.figures.percent(score.cap, 0)))
    if score.rank_in_company is not None:
        ranks = {
            "rank": score.rank_in_company,
            "of": score.of_company,
            "rank_here": score.rank_in_department or NOTHING,
            "of_here": score.of_department,
        }
        sentences.append(voice.say("score.rank", **ranks))
    if score.tie_broken_by is not None:
        sentences.append(voice.say("score.tie_broken", by=voice.say(f"tie_break.{score.tie_broken_by}")))
    elif score.tied:
        sentences.append(voice.say("score.tied"))
    return sentences
