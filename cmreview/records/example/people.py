"""The example company's people: names, careers, levels, and what each sells in a year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from cmreview.records.example.cases import CASES, REVIEW_YEAR, YEARS, Case, Year, is_usual

# The last one's name can't be a file's name as it is.
_DEPARTMENTS = ("销售一部", "销售二部", "大客户部", "电子商务部", "国际业务部", "渠道合作部（华南/西南）")
# Roughly by frequency.
_SURNAMES = (
    *"王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎",
    *"余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段",
    *("欧阳", "上官", "司马"),
)
_GIVEN = tuple(
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂鹏飞英华健玲波辉红建宇浩鑫凯琳慧婷雪峰龙斌莉晶颖帆佳欣怡晨"
    "阳雨萱思远志国海燕春梅云子轩梓涵嘉文博俊瑞泽诗雅倩楠琪晓东亮坤蕾薇彤瑶"
)
_FIRST_HIRES = 2011
_DEGREES = (
    ("associate", 18),
    ("bachelor", 62),
    ("master", 17),
    ("doctorate", 1),
    ("secondary_vocational", 2),
)
# Sales of 2025 in 万元, new customers and kept customers of somebody at this level.
TYPICAL = {
    None: (118, 5.2, 4),
    "junior": (243, 8.0, 9),
    "intermediate": (428, 9.0, 13),
    "senior": (730, 9.5, 18),
}
MARKET = {2021: 0.77, 2022: 0.82, 2023: 0.87, 2024: 0.94, 2025: 1.0}
APPOINTED = (3, 1)  # levels are granted on 1 March, after the review


@dataclass(frozen=True, slots=True)
class Spell:
    """One line of a level history."""

    department: str
    level: str | None
    start: date
    end: date | None


@dataclass
class Person:
    """One account manager; ``plan`` is what each year brings, ``case`` why the person is there."""

    manager_id: str
    name: str
    department: str
    hired: date
    since: date | None
    left: date | None
    degree: str | None
    spells: tuple[Spell, ...]
    leaves: tuple[tuple[date, date], ...] = ()
    case: Case | None = None
    plan: dict[int, Year] = field(default_factory=dict)

    def spell(self, day: date) -> Spell | None:
        """Where the person served on a day."""
        for spell in self.spells:
            if spell.start <= day and (spell.end is None or day <= spell.end):
                return spell
        return None

    def department_on(self, day: date) -> str:
        """The department on a day; that of the roster where the history says nothing."""
        spell = self.spell(day)
        return spell.department if spell else self.department

    def level_on(self, day: date) -> str | None:
        """The level held on a day."""
        spell = self.spell(day)
        return spell.level if spell else None

    def span(self, year: int) -> tuple[date, date] | None:
        """First and last day of the year that the person was with the company."""
        first = max(self.hired, date(year, 1, 1))
        last = min(self.left or date.max, date(year, 12, 31))
        return (first, last) if first <= last else None


def department_names(count: int) -> list[str]:
    """Names of ``count`` departments; the last one is always the one with a slash."""
    names = list(_DEPARTMENTS)
    names[-1:-1] = [f"区域销售{number}部" for number in range(1, count - len(names) + 1)]
    return [*names[: count - 1], names[-1]]


def make_people(rng: Random, departments: Sequence[str], managers: int) -> list[Person]:
    """Everybody of the company, in the order of their ids, which is the order of hiring."""
    names = _names(rng)
    people = [_from_case(rng, case, departments, next(names)) for case in CASES]
    people += [_ordinary(rng, departments, next(names)) for _ in range(managers - len(CASES))]
    people.sort(key=lambda person: person.hired)  # stable: equal days keep their order
    for number, person in enumerate(people, start=1001):
        person.manager_id = f"{number:06d}"
    return people


def _names(rng: Random) -> Iterator[str]:
    used = {case.name for case in CASES}
    while True:
        name = rng.choice(_SURNAMES) + "".join(rng.sample(_GIVEN, rng.choice((1, 2, 2, 2))))
        if name not in used or len(used) > 5000:
            used.add(name)
            yield name


def _from_case(rng: Random, case: Case, departments: Sequence[str], name: str) -> Person:
    assert case.hired is not None
    own = departments[case.department % len(departments)]
    shift = timedelta(days=0 if case.settled else rng.randrange(150))
    hired = _workday(case.hired + shift) if shift else case.hired
    since = case.since + (hired - case.hired) if case.since else None
    steps = [(step[0], step[1], step[2] if len(step) == 3 else case.department) for step in case.steps]
    spells = []
    for index, (start, level, department) in enumerate(steps):
        end = steps[index + 1][0] - timedelta(days=1) if index + 1 < len(steps) else case.left
        first = hired if start == case.hired else start
        spells.append(Spell(departments[department % len(departments)], level, first, end))
    plan = {year: _varied(rng, case, year, one) for year, one in case.years.items()}
    return Person(
        *("", case.name or name, own, hired, since, case.left, case.degree, tuple(spells)),
        leaves=case.leaves,
        case=case,
        plan=plan,
    )


def _varied(rng: Random, case: Case, year: int, plan: Year) -> Year:
    """A case's year, a little different from the next case's where the case does not depend on it."""
    if not case.exact:
        plan = replace(plan, sales=plan.sales * rng.uniform(0.97, 1.03))
    if not is_usual(year, plan):
        return plan
    if year < REVIEW_YEAR:  # fewer earlier customers: the growth since then only becomes larger
        return replace(plan, new=plan.new - rng.randrange(2)) if year > YEARS[0] else plan
    more = rng.randrange(3)
    return replace(plan, new=plan.new + more, kept=plan.kept + 2 * more)


def _ordinary(rng: Random, departments: Sequence[str], name: str) -> Person:
    # a third came in the years that the records cover, so that the company grows
    year = rng.choice(YEARS) if rng.random() < 0.3 else rng.randrange(_FIRST_HIRES, YEARS[0])
    hired = _workday(date(year, 1, 4) + timedelta(days=rng.randrange(350)))
    earlier = rng.randrange(60, 1500) if rng.random() < 0.35 else 0
    department = rng.choice(departments)
    steps = list(_career(rng, hired))
    left = None
    if hired.year < YEARS[-1] - 1 and rng.random() < 0.05:
        gone = rng.choice([year for year in YEARS[2:] if year > hired.year])
        left = _workday(date(gone, 1, 1) + timedelta(days=rng.randrange(60, 330)))
        steps = [step for step in steps if step[0] <= left]
    spells = []
    for index, (start, level) in enumerate(steps):
        end = steps[index + 1][0] - timedelta(days=1) if index + 1 < len(steps) else left
        spells.append(Spell(department, level, start, end))
    degree = rng.choices([one for one, _ in _DEGREES], [weight for _, weight in _DEGREES])[0]
    person = Person("", name, department, hired, hired - timedelta(days=earlier), left, degree, tuple(spells))
    person.leaves = tuple(_leaves(rng, person))
    person.plan = _plan(rng, person)
    return person


def _career(rng: Random, hired: date) -> Iterator[tuple[date, str | None]]:
    """Levels from the day of hiring on: (first day, level)."""
    level, start = None, hired
    if rng.random() < 0.12:
        level = "junior"  # came with experience
    yield start, level
    climbs: dict[str | None, tuple[str, tuple[int, int], float]] = {
        None: ("junior", (1, 2), 0.95),
        "junior": ("intermediate", (2, 5), 0.8),
        "intermediate": ("senior", (3, 6), 0.6),
    }
    while level in climbs:
        above, (least, most), chance = climbs[level]
        granted = date(start.year + rng.randint(least, most), *APPOINTED)
        if rng.random() > chance or granted.year > REVIEW_YEAR:
            return
        level, start = above, granted
        yield start, level


def _leaves(rng: Random, person: Person) -> Iterator[tuple[date, date]]:
    for year in YEARS:
        span = person.span(year)
        if span and rng.random() < 0.02:
            start = _workday(date(year, rng.randint(1, 8), rng.randint(1, 28)))
            end = start + timedelta(days=rng.randrange(35, 120))
            if span[0] <= start and end <= span[1]:
                yield start, end


def _plan(rng: Random, person: Person) -> dict[int, Year]:
    skill = rng.lognormvariate(0, 0.24)
    plan = {}
    for year in YEARS:
        span = person.span(year)
        if span is None:
            continue
        away = sum((end - start).days for start, end in person.leaves if start.year == year)
        part = max(((span[1] - span[0]).days + 1 - away) / 365, 0.03)
        sales, new, kept = TYPICAL[person.level_on(span[1])]
        noise = rng.lognormvariate(0, 0.13)
        plan[year] = Year(
            sales * MARKET[year] * skill * noise * part,
            new=round(rng.gauss(new, 1.9) * part + 0.3) if part > 0.1 else 1,
            kept=0 if year == YEARS[0] else max(0, round(rng.gauss(kept, 2.5) * part)),
        )
        plan[year] = replace(plan[year], new=max(plan[year].new, 1))
    return plan


def _workday(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)
