"""Cases of a small committee, told step by step: a short way to say "a case that has been decided".

Every step goes through ``check`` as a desk would take it, so that no test stands on a history that could
not have been recorded. Days are those of the default story; a test says only what differs.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest

from cmreview.errors import ProcessError
from cmreview.policy.model import ScoreItem
from cmreview.process import events as record
from cmreview.process.calendar_file import load_calendar
from cmreview.process.committee import Committee, PaperSettings, Person, Role
from cmreview.process.events import Draft, Event, Payload, Recommendation, ReviewDecision, case_id
from cmreview.process.measures import LawStep, Measure, Standing
from cmreview.process.rules import STRICT_GROUNDS, ProcessRules
from cmreview.process.setting import Setting
from cmreview.process.stages import CaseState, Stage, case_state
from cmreview.process.steps.steps import Checked, check
from cmreview.terms import Label

ZONE = timezone(timedelta(hours=8))

APPLIED = date(2025, 12, 12)
REVIEWED = date(2025, 12, 19)
REFERRED = date(2026, 1, 18)
SCORED = date(2026, 1, 20)
DECIDED = date(2026, 1, 21)
POSTED = date(2026, 2, 12)  # five working days over the Spring Festival, worked by hand in the science notes
FIRST = date(2026, 2, 13)
LAST = date(2026, 2, 26)
AFTER = date(2026, 2, 27)

MEMBERS = ("P01", "P02", "P03", "P04", "P05", "P06", "P07")


def on(text: str) -> date:
    """A day as ISO text."""
    return date.fromisoformat(text)


def person(id_, name, department, *roles, **more) -> Person:
    """Somebody of the committee."""
    return Person(id_, name, department, tuple(roles), **more)


def committee(*more: Person, without=()) -> Committee:
    """Seven members, two of whom may lead, with a reviewer for each department and a secretary."""
    people = [
        person("P01", "周建国", "公司领导", Role.CHAIR, Role.MEMBER),
        person("P02", "方慧敏", "财务部", Role.DEPUTY, Role.MEMBER),
        person("P03", "陈志强", "电子商务部", Role.MEMBER, Role.REVIEWER),
        person("P04", "郭雅琴", "大客户部", Role.MEMBER),
        person("P05", "宋立新", "市场部", Role.MEMBER),
        person("P06", "许文博", "外聘专家", Role.MEMBER),
        person("P07", "曾国平", "法务部", Role.MEMBER, relations=("001046",)),
        person("P09", "杜鹃", "审计部", Role.MEMBER, until=date(2025, 12, 31)),
        person("R03", "郭美华", "销售一部", Role.REVIEWER),
        person("R04", "梁雅琴", "销售二部", Role.REVIEWER),
        person("S01", "刘敏", "人力资源部", Role.SECRETARY),
        *more,
    ]
    label = Label("示例", "example")
    papers = PaperSettings(label, label, "聘〔{year}〕{number}号", "ZS-{year}-{number}", label)
    known = {one.id: one for one in people if one.id not in without}
    return Committee(label, timedelta(hours=8), papers, known)


RULES = ProcessRules(
    year=2025,
    levels=("junior", "intermediate", "senior"),
    window=(date(2025, 12, 1), date(2026, 1, 15)),
    publicity_days=5,
    publicity_first_day="next_day",
    appeal_hearing="others_recommended",
    quorum=Fraction(2, 3),
    votes_needed=Fraction(2, 3),
    recusal_grounds=STRICT_GROUNDS,
    items=(
        ScoreItem("report", Label("业绩汇报", "performance report"), Decimal("0.4")),
        ScoreItem("defence", Label("答辩", "defence"), Decimal("0.3")),
        ScoreItem("overall_assessment", Label("综合评估", "overall assessment"), Decimal("0.3")),
    ),
    scale=(Decimal(0), Decimal(100)),
    dismissal_notice_days=30,
)
CALENDAR = load_calendar()


def setting(people: Committee | None = None, **rules) -> Setting:
    """What steps are held against; ``rules`` replace those of the default policy, None is a blank."""
    return Setting(replace(RULES, **rules), people or committee(), CALENDAR)


def moment(day: date) -> datetime:
    """Ten in the morning of a day, where the committee sits."""
    return datetime.combine(day, time(10), ZONE)


# --- payloads of the default story


def application(**changes) -> record.Applied:
    """An application in time, with evidence."""
    plain = record.Applied("王伟", "销售一部", "intermediate", "senior", APPLIED, ("业绩证明.pdf",))
    return replace(plain, **changes)


def review(decision=ReviewDecision.PASSED, opinion="业绩属实，同意上报", reviewer="郭美华", on=REVIEWED):
    """The department's preliminary review."""
    return record.Reviewed(decision, opinion, reviewer, on)


def sheet(member="P05", points="80", item="report") -> record.Scored:
    """A score sheet with one item."""
    return record.Scored(member, (record.ItemScore(item, None if points is None else Decimal(points)),))


def decision(present=MEMBERS, in_favour=None, approved=True, on=DECIDED, **changes) -> record.Decided:
    """A decision that follows its recommendation; everybody present votes for it unless told."""
    votes = (len(present) if approved else 0) if in_favour is None else in_favour
    plain = record.Decided(
        approved,
        on,
        tuple(present),
        Recommendation.APPROVE if approved else Recommendation.DECLINE,
        votes,
        len(present) - votes,
        0,
    )
    return replace(plain, **changes)


def publicity(posted_on=POSTED, first=FIRST, last=LAST, typed=False) -> record.Publicised:
    """Five working days of publicity."""
    return record.Publicised(posted_on, first, last, typed)


def appeal(received_on=date(2026, 2, 24)) -> record.Appealed:
    """An objection within the days of publicity."""
    return record.Appealed("李明", received_on, "合同重复计算")


def appointment(**changes) -> record.Appointed:
    """An appointment to the level applied for."""
    return replace(record.Appointed("senior", date(2026, 3, 1), "聘〔2026〕1号", "ZS-2026-1"), **changes)


def measure(measure=Measure.WARNING, agreed=True, advised=None, on=AFTER, **changes) -> record.MeasureDecided:
    """A decision after the review that follows what the figures say."""
    said = (Standing.DUE if agreed else Standing.NOT_DUE) if advised is None else advised
    plain = record.MeasureDecided(measure, agreed, on, said, "王伟", "销售一部", "intermediate")
    return replace(plain, **changes)


def legal_step(step=LawStep.STANDARD_KNOWN, on=AFTER, document="签收单", **changes) -> record.LegalStep:
    """A step of the law before a dismissal."""
    return replace(record.LegalStep(step, on, document, "王伟", "销售一部"), **changes)


# --- a case


class Told:
    """A case and its record so far."""

    def __init__(self, manager="001009", given: Setting | None = None, first_number=1) -> None:
        self.case = case_id(2025, manager)
        self.setting = given or setting()
        self.events: list[Event] = []
        self.next_number = first_number

    @property
    def state(self) -> CaseState:
        """The case as it stands."""
        return case_state(self.case, self.events, self.setting.rules)

    @property
    def stage(self) -> Stage:
        """Where it stands."""
        return self.state.stage

    @property
    def last(self) -> int:
        """The number of its latest event."""
        return self.events[-1].number

    def try_(self, payload: Payload, actor: str, day: date, reason=None, corrects=None) -> Checked:
        """Hold a step against the rules without taking it."""
        draft = Draft(self.case, payload, actor, reason, corrects)
        return check(draft, self.events, self.setting, moment(day))

    def take(self, payload: Payload, actor: str, day: date, reason=None, corrects=None) -> Checked:
        """Take a step; what came of it is returned."""
        checked = self.try_(payload, actor, day, reason, corrects)
        self.force(payload, actor, day, reason, corrects)
        return checked

    def force(self, payload: Payload, actor: str, day: date, reason=None, corrects=None) -> None:
        """Put a step into the record unchecked, as another program or an older rule may have."""
        number = self.next_number
        self.events.append(
            Event(number, self.case, payload, actor, moment(day), reason, corrects, "", f"seal{number}")
        )
        self.next_number += 1

    def refusal(self, payload: Payload, actor: str, day: date, reason=None, corrects=None) -> ProcessError:
        """Why a step is refused; the test fails where it is not. It is told in both languages."""
        with pytest.raises(ProcessError) as caught:
            self.try_(payload, actor, day, reason, corrects)
        assert caught.value.text("zh")
        assert caught.value.text("en")
        return caught.value

    def code(self, payload: Payload, actor: str, day: date, reason=None, corrects=None) -> str:
        """The code of the refusal, without its subject."""
        return self.refusal(payload, actor, day, reason, corrects).code.removeprefix("process.")


def codes(checked: Checked) -> list[str]:
    """What was remarked on a step, without the subject; each remark is told in both languages."""
    assert all(one.line(lang) for one in checked.remarks for lang in ("zh", "en"))
    return [one.code.removeprefix("process.") for one in checked.remarks]


def applied(manager="001009", given=None, first_number=1, **changes) -> Told:
    """A case that waits for its preliminary review, or for its admission."""
    told = Told(manager, given, first_number)
    told.take(application(**changes), "S01", max(changes.get("applied_on", APPLIED), APPLIED))
    return told


def reviewed(**more) -> Told:
    """A case that its department passed."""
    told = applied(**more)
    told.take(review(), "S01", REVIEWED)
    return told


def returned(**more) -> Told:
    """A case that its department returned for completion."""
    told = applied(**more)
    told.take(review(ReviewDecision.RETURNED, "缺少合同台账"), "R03", REVIEWED)
    return told


def refused(**more) -> Told:
    """A case that its department refused."""
    told = applied(**more)
    told.take(review(ReviewDecision.REFUSED, "业绩不属实"), "R03", REVIEWED)
    return told


def referred(**more) -> Told:
    """A case before the committee."""
    told = reviewed(**more)
    told.take(record.Referred(), "S01", REFERRED)
    return told


def scored(*members: str, **more) -> Told:
    """A case that some members have scored, or P05 alone."""
    told = referred(**more)
    for member in members or ("P05",):
        told.take(sheet(member), member, SCORED)
    return told


def opened(**more) -> Told:
    """A case whose scores are open."""
    told = scored(**more)
    told.take(record.ScoresOpened(), "P01", DECIDED)
    return told


def decided(approved=True, **more) -> Told:
    """A case that the committee decided."""
    told = opened(**more)
    told.take(decision(approved=approved), "P01", DECIDED)
    return told


def publicised(approved=True, **more) -> Told:
    """A case whose result is shown."""
    told = decided(approved, **more)
    told.take(publicity(), "S01", POSTED)
    return told


def appealed(**more) -> Told:
    """A case against which somebody objected."""
    told = publicised(**more)
    told.take(appeal(), "S01", on("2026-02-24"))
    return told


def heard(present=("P01",), **more) -> Told:
    """A case whose one appeal was heard."""
    told = appealed(**more)
    told.take(record.AppealHeard(told.last, on("2026-02-25"), tuple(present)), "P01", on("2026-02-25"))
    return told


def settled(upheld: bool, **more) -> Told:
    """A case whose one appeal was upheld or refused."""
    told = heard(**more)
    number = told.state.open_appeals[0].event
    told.take(record.AppealSettled(number, upheld, LAST), "P01", LAST, "查证后答复")
    return told


def appointed(**more) -> Told:
    """A case that ended with an appointment."""
    told = publicised(**more)
    told.take(appointment(), "S01", AFTER)
    return told


def not_appointed(**more) -> Told:
    """A case that ended without an appointment."""
    told = publicised(approved=False, **more)
    told.take(record.NotAppointed(AFTER), "S01", AFTER, "评审未通过")
    return told


def withdrawn(**more) -> Told:
    """A case that the applicant took back."""
    told = reviewed(**more)
    told.take(record.Withdrawn(REFERRED), "S01", REFERRED, "本人申请撤回")
    return told


AT_STAGE = {
    Stage.NOTHING: Told,
    Stage.AWAITING_ADMISSION: lambda **more: applied(evidence=(), **more),
    Stage.APPLIED: applied,
    Stage.RETURNED: returned,
    Stage.REFUSED: refused,
    Stage.REVIEWED: reviewed,
    Stage.IN_COMMITTEE: opened,
    Stage.DECIDED: decided,
    Stage.PUBLICISED: publicised,
    Stage.APPEALED: heard,
    Stage.APPOINTED: appointed,
    Stage.NOT_APPOINTED: not_appointed,
    Stage.WITHDRAWN: withdrawn,
}
