"""What the first notebook shows of the example company: criteria, records, one case, a what-if, stages."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from cmreview.errors import InputError
from cmreview.explore import pages
from cmreview.explore.example import YEAR, Example, open_example, project_folder
from cmreview.policy.load import default_folder, load_policy
from cmreview.policy.model import Policy
from cmreview.policy.sentences import criterion_sentence
from cmreview.process.calendar_file import load_calendar
from cmreview.process.committee_file import load_committee
from cmreview.process.desk import Desk
from cmreview.process.labels import label
from cmreview.process.ledger.ledger import Ledger
from cmreview.process.rules import process_rules
from cmreview.process.setting import Setting
from cmreview.process.stages import Stage
from cmreview.records.model import Records
from cmreview.records.schema import TABLES
from cmreview.review.model import Case, Review, Verdict
from cmreview.show.candidate import candidate
from cmreview.show.criteria import criteria_table
from cmreview.show.explorer.source_rows import source_rows
from cmreview.show.explorer.teller import Teller
from cmreview.show.figures import Figures, number
from cmreview.show.html import Html, element, join
from cmreview.show.packet import Part
from cmreview.show.tables import Head, listing, table
from cmreview.show.voice import Voice
from cmreview.terms import RESULTS, Outcome, Result
from cmreview.words import say

_FINDINGS = 5  # a taste; the packet lists them all
# JupyterLab sets every cell of a table flush right, which is right for figures only
_LEFT = Html("<style>.cmreview.part :is(td, th):not(.figure) { text-align: left; }</style>")


def example_year() -> int:
    """The year that the example company is reviewed for."""
    return YEAR


def policy_folder() -> Path:
    """Where the policy lies that is in force."""
    return default_folder()


def records_folder(project: Path | None = None) -> Path:
    """The example company's records: the same that the other notebooks open; made at the first call."""
    return _example(project).folder / "records"


def criteria(policy: Policy, level: str, lang: str = "zh") -> Part:
    """What one level asks for, clause by clause (Policy 3). PolicyError for an unknown level."""
    name = policy.level(level).label(lang)
    heads = [Head(_say("clause", lang)), Head(_say("asks", lang))]
    rows = [(each.id, criterion_sentence(policy, each, lang)) for each in policy.criteria_for(level)]
    title = _say("criteria", lang, level=name, year=policy.year)
    return _part(title, table(title, heads, rows))


def handed_in(records: Records, lang: str = "zh") -> Part:
    """Rows read, used and set aside table by table, and the first of what was found wrong with them."""
    rows = []
    for name, words in TABLES.items():
        own = [each for each in records.counts if each.table == name]
        sums = (sum(getattr(each, key) for each in own) for key in ("rows_in", "used", "set_aside"))
        rows.append((words.label(lang), *(number(each) for each in sums)))
    heads = [Head(_say("table", lang)), *(Head(_say(key, lang), True) for key in ("read", "used", "aside"))]
    told = listing(each.line(lang) for each in records.findings[:_FINDINGS])
    many = len(records.findings)
    key = "findings" if many <= _FINDINGS else "first_findings"
    lead = element("p", _say(key, lang, count=many, shown=_FINDINGS))
    title = _say("handed_in", lang)
    return _part(title, table(title, heads, rows), lead, told)


def results(review: Review, policy: Policy, lang: str = "zh") -> Part:
    """How many applied for each level, with which result (Policy 3)."""
    found = _counted(review)
    rows = [
        (level.label(lang), *(number(found[level.id, result]) for result in Result))
        for level in reversed(policy.levels)
    ]
    title = _say("results", lang, year=review.year)
    return _part(title, table(title, _result_heads(lang), rows))


def nearest(review: Review, criterion: str) -> str:
    """The id of the applicant who misses a criterion by least: where a committee will ask.

    Of several equally near the smallest id. InputError where nobody misses it.
    """
    missed = [
        (-verdict.margin, case.person.manager_id)
        for case in review.cases
        for verdict in case.verdicts
        if case.application is not None and verdict.criterion == criterion
        if verdict.margin is not None and verdict.outcome is Outcome.MISSED
    ]
    if not missed:
        raise InputError("first_steps.nobody_misses", criterion=criterion)
    return min(missed)[1]


def case(review: Review, manager: str, lang: str = "zh") -> Part:
    """One applicant's case, as the packet has it. InputError for somebody who did not apply."""
    found = _case(review, manager)
    if found.application is None:
        raise InputError("first_steps.no_application", manager=manager)
    voice = _voice(review, found, lang)
    return _part(voice.person(found), candidate(found, 1, voice))


def verdict(review: Review, policy: Policy, manager: str, criterion: str, lang: str = "zh") -> Part:
    """One verdict with the rows of the records that its figure is counted from."""
    found = _case(review, manager)
    own: tuple[Verdict, ...] = tuple(each for each in found.verdicts if each.criterion == criterion)
    if not own:
        raise InputError("first_steps.not_judged", manager=manager, criterion=criterion)
    voice = _voice(review, found, lang)
    caption = _say("verdict", lang, person=voice.person(found), criterion=criterion)
    rows = source_rows(found, own[0].fact.indicator, 1, Teller(policy, voice.figures))
    return _part(caption, criteria_table(own, caption, voice), rows)


def compared(before: Review, after: Review, policy: Policy, lang: str = "zh") -> Part:
    """Results under two policies side by side, in numbers: names are not what a what-if is for."""
    was, now = _counted(before), _counted(after)
    rows = []
    for level in reversed(policy.levels):
        pairs = [(was[level.id, each], now[level.id, each]) for each in Result]
        rows.append((level.label(lang), *(_moved(*pair, lang) for pair in pairs)))
    title = _say("compared", lang)
    return _part(title, table(title, _result_heads(lang), rows))


def stages(lang: str = "zh", project: Path | None = None) -> Part:
    """How many of the example's cases stand at which stage of the process (Policy 4)."""
    with Ledger.open(_example(project).ledger) as ledger:
        found = Counter(state.stage for state in Desk(ledger, _setting(_policy())).states().values())
    heads = [Head(_say("stage", lang)), Head(_say("cases", lang), True)]
    rows = [(label(stage)(lang), number(found[stage])) for stage in Stage if found[stage]]
    title = _say("stages", lang)
    return _part(title, table(title, heads, rows))


def _policy() -> Policy:
    return load_policy(default_folder(), YEAR)


def _setting(policy: Policy) -> Setting:
    return Setting(process_rules(policy), load_committee(), load_calendar())


def _example(project: Path | None) -> Example:
    policy = _policy()
    return open_example(policy, _setting(policy), project or project_folder())


def _case(review: Review, manager: str) -> Case:
    for each in review.cases:
        if each.person.manager_id == manager:
            return each
    raise InputError("first_steps.unknown", manager=manager)


def _voice(review: Review, found: Case, lang: str) -> Voice:
    department = review.department(found.person.department)
    return Voice(department, Figures(lang, department.currency_label))


def _counted(review: Review) -> Counter[tuple[str, Result]]:
    return Counter(
        (each.application.target_level, each.overall.result)
        for each in review.cases
        if each.application is not None and each.overall is not None
    )


def _moved(was: int, now: int, lang: str) -> str:
    return number(now) if was == now else _say("moved", lang, was=number(was), now=number(now))


def _result_heads(lang: str) -> list[Head]:
    return [Head(_say("level", lang)), *(Head(RESULTS[each](lang), True) for each in Result)]


def _part(title: str, *body: Html) -> Part:
    """One thing to look at, in the look of packets and of the other pages."""
    return Part(title, join((pages.look(), _LEFT, element("div", *body, class_="cmreview part"))))


def _say(key: str, lang: str, **values: object) -> str:
    return say(f"first_steps.{key}", lang, **values)
