"""The example company's contracts: planned sales become contracts that add up to them, to the yuan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from cmreview.records.example.cases import REVIEW_YEAR, YEARS, Year
from cmreview.records.example.customers import Customer, Register, signing_days
from cmreview.records.example.people import Person

# What 120 managers sell in the review year, in yuan: 1.5 % of it is what ``exact_share`` sells.
_COMPANY_SALES, _COMPANY_SIZE = 430_000_000, 120
_WAN = 10_000
_STEP = 100  # amounts are multiples of it
_LEAST = 3_000
# A customer won in the year is key from 50 万元 on; those that shall not be key stay well below.
_NOT_KEY = 450_000


@dataclass
class Deal:
    """One contract; ``parts`` are (manager, share), the share None for the only manager."""

    customer: Customer
    signed: date
    end: date | None
    amount: int
    parts: list[tuple[Person, Decimal | None]]
    cancelled: date | None = None
    contract_id: str = ""


@dataclass
class Trade:
    """All customers and contracts; ``book`` lists whom each manager looks after, oldest first."""

    register: Register
    deals: list[Deal] = field(default_factory=list)
    book: dict[str, list[Customer]] = field(default_factory=lambda: defaultdict(list))


def make_trade(rng: Random, people: Sequence[Person]) -> Trade:
    """Customers and contracts of all years. Contracts are numbered by the day of signing."""
    trade = Trade(Register(rng))
    shared = _shared(people)
    targets = _targets(people)
    for year in YEARS:
        _hand_over(trade, people, year)
        for person in people:
            span, plan = person.span(year), person.plan.get(year)
            if span and plan and plan.sales > 0:
                already = sum(_part(deal, person) for deal in shared if deal.signed.year == year)
                _Person(rng, trade, person, plan, span).trade_for(targets[person.manager_id, year] - already)
        for deal in shared:
            if deal.signed.year == year:
                _sign_shared(trade, deal)
    _share_some(rng, trade, people)
    _mistakes(trade, people)
    trade.deals.sort(key=lambda deal: (deal.signed, deal.customer.customer_id, deal.amount))
    numbers: dict[int, int] = defaultdict(int)
    for deal in trade.deals:
        numbers[deal.signed.year] += 1
        deal.contract_id = f"HT{deal.signed.year}-{numbers[deal.signed.year]:05d}"
    return trade


def _targets(people: Sequence[Person]) -> dict[tuple[str, int], int]:
    """Yuan that everybody sells in each year; the review year's add up to the company's total."""
    targets = {
        (person.manager_id, year): round(plan.sales * _WAN / _STEP) * _STEP
        for person in people
        for year, plan in person.plan.items()
    }
    free = [
        (person.manager_id, REVIEW_YEAR)
        for person in people
        if person.case is None and REVIEW_YEAR in person.plan
    ]
    total = _COMPANY_SALES * len(people) // _COMPANY_SIZE
    bound = sum(yuan for key, yuan in targets.items() if key[1] == REVIEW_YEAR and key not in set(free))
    scale = (total - bound) / sum(targets[key] for key in free)
    for key in free:
        targets[key] = round(targets[key] * scale / _STEP) * _STEP
    largest = max(free, key=lambda key: (targets[key], key))
    targets[largest] += total - bound - sum(targets[key] for key in free)
    return targets


def _hand_over(trade: Trade, people: Sequence[Person], year: int) -> None:
    """Customers of those who left the year before go to a colleague of the department."""
    for person in people:
        if person.left is None or person.left.year != year - 1:
            continue
        for colleague in people:
            if (
                colleague.case is None
                and colleague.department == person.department
                and colleague.left is None
            ):
                trade.book[colleague.manager_id] += trade.book.pop(person.manager_id, [])
                break


class _Person:
    """One manager's year of trading."""

    def __init__(
        self, rng: Random, trade: Trade, person: Person, plan: Year, span: tuple[date, date]
    ) -> None:
        self.rng = rng
        self.trade = trade
        self.person = person
        self.plan = plan
        self.span = span
        self.is_case = person.case is not None

    def trade_for(self, total: int) -> None:
        """Sign contracts worth ``total`` yuan."""
        plan, rng = self.plan, self.rng
        kept = self._kept()
        spike_sum = fixed = 0
        if plan.spike is not None:
            count, part = plan.spike
            spike_sum = int(total * part) // _STEP * _STEP
            fortnight = (date(self.span[0].year, 12, 18), self.span[1])
            days = signing_days(rng, fortnight, (), count)
            for customer, day, yuan in zip(kept[:count], days, self._amounts(count, spike_sum), strict=True):
                self._sign(customer, day, yuan)
            kept, self.span = kept[count:], (self.span[0], date(self.span[0].year, 11, 28))
        if plan.largest is not None:
            fixed = int(total * plan.largest) // _STEP * _STEP
            for day, yuan in zip(self._days(2), (fixed - fixed // 3, fixed // 3), strict=True):
                self._sign(kept[0], day, yuan)
            kept = kept[1:]
        won = [self._win(number) for number in range(plan.new)]
        customers = [*won, *kept]
        customers += [one for one in won if rng.random() < 0.18] + [one for one in kept if rng.random() < 0.3]
        amounts = self._amounts(len(customers), total - spike_sum - fixed)
        if plan.key is not None:
            amounts = _held_below_key(customers, amounts, won)
        days = self._days(len(customers))
        for customer, day, yuan in zip(customers, days, amounts, strict=True):
            self._sign(customer, day, yuan)
        for customer in won:
            customer.first = min(
                deal.signed for deal in self.trade.deals[-len(customers) :] if deal.customer is customer
            )
        if kept:
            self._cancel_some(kept)
        self.trade.book[self.person.manager_id] += won

    def _kept(self) -> list[Customer]:
        book = self.trade.book[self.person.manager_id]
        if self.is_case:
            return book[: self.plan.kept]  # the oldest, so that the long-term share is what the case says
        return self.rng.sample(book, min(self.plan.kept, len(book)))

    def _win(self, number: int) -> Customer:
        is_key = self.rng.random() < 0.06 if self.plan.key is None else number < self.plan.key
        return self.trade.register.new(self.span[0], key=is_key)

    def _days(self, count: int) -> list[date]:
        days = signing_days(self.rng, self.span, self.person.leaves, count)
        case = self.person.case
        if case and case.key == "contract_before_start" and self.span[0] == self.person.hired:
            days[0] = self.person.hired - timedelta(days=6)
        return days

    def _amounts(self, count: int, total: int) -> list[int]:
        """``count`` amounts that add up to ``total``."""
        weights = [self.rng.lognormvariate(0, 0.8) for _ in range(count)]
        scale = max(total - count * _LEAST, 0) / sum(weights)
        amounts = [_LEAST + int(weight * scale) // _STEP * _STEP for weight in weights]
        amounts[amounts.index(max(amounts))] += total - sum(amounts)
        return amounts

    def _sign(self, customer: Customer, day: date, yuan: int) -> Deal:
        deal = Deal(customer, day, self._end(day), yuan, [(self.person, None)])
        self.trade.deals.append(deal)
        return deal

    def _end(self, day: date) -> date | None:
        if self.is_case:  # delivered within the year, so that exactly those who signed are served
            return min(day + timedelta(days=self.rng.randrange(30, 200)), date(day.year, 12, 31))
        days = self.rng.choices((364, 180, 729, 0), (60, 15, 10, 15))[0]
        return day + timedelta(days=days) if days else None

    def _cancel_some(self, kept: list[Customer]) -> None:
        case = self.person.case
        if case and case.key == "cancelled_contract" and self.span[0].year == REVIEW_YEAR:
            deal = self._sign(kept[0], date(REVIEW_YEAR, 9, 11), 470_000)
            deal.cancelled = date(REVIEW_YEAR, 11, 20)
        elif case is None and self.rng.random() < 0.3:
            day = self._days(1)[0]
            deal = self._sign(self.rng.choice(kept), day, self.rng.randrange(200, 4000) * _STEP)
            deal.cancelled = day + timedelta(days=self.rng.randrange(5, 90))


def _held_below_key(customers: list[Customer], amounts: list[int], won: list[Customer]) -> list[int]:
    """The same sum, with what is too much for a customer that shall not be key moved to the last one."""
    sums: dict[str, int] = defaultdict(int)
    plain = {customer.customer_id for customer in won if not customer.key}
    held = []
    for customer, yuan in zip(customers, amounts, strict=True):
        if customer.customer_id in plain:
            yuan = min(yuan, max(_NOT_KEY - sums[customer.customer_id], _LEAST))
        sums[customer.customer_id] += yuan
        held.append(yuan)
    last = max(index for index, customer in enumerate(customers) if customer.customer_id not in plain)
    held[last] += sum(amounts) - sum(held)
    return held


def _part(deal: Deal, person: Person) -> int:
    return sum(int(deal.amount * share) for one, share in deal.parts if one is person and share is not None)


def _shared(people: Sequence[Person]) -> list[Deal]:
    """Contracts shared on purpose: by three across departments, and by two in equal parts."""
    by_case = {person.case.key: person for person in people if person.case}
    lead, partner, third = (by_case[f"shared_contract_{role}"] for role in ("lead", "partner", "third"))
    nobody = Customer("", "", None, False, date.max)  # a new customer each, once signed
    three = [(lead, Decimal("0.5")), (partner, Decimal("0.3")), (third, Decimal("0.2"))]
    two = [(lead, Decimal("0.5")), (third, Decimal("0.5"))]
    day, other = date(REVIEW_YEAR, 5, 20), date(REVIEW_YEAR, 8, 14)
    return [
        Deal(nobody, day, date(REVIEW_YEAR, 12, 31), 1_200_000, [*three]),
        Deal(nobody, other, date(REVIEW_YEAR, 12, 31), 400_000, [*two]),
    ]


def _sign_shared(trade: Trade, deal: Deal) -> None:
    deal.customer = trade.register.new(deal.signed, key=False)
    trade.deals.append(deal)
    trade.book[deal.parts[0][0].manager_id].append(deal.customer)


def _share_some(rng: Random, trade: Trade, people: Sequence[Person]) -> None:
    """A few more contracts become shared by two colleagues, none of them a case."""
    for deal in trade.deals:
        owner, share = deal.parts[0]
        if share is not None or owner.case or deal.signed == deal.customer.first or rng.random() > 0.012:
            continue
        here = owner.department_on(deal.signed)
        colleagues = [
            one
            for one in people
            if one is not owner and one.case is None and one.spell(deal.signed) and one.department == here
        ]
        if colleagues:
            deal.parts = [(owner, Decimal("0.7")), (rng.choice(colleagues), Decimal("0.3"))]


def _mistakes(trade: Trade, people: Sequence[Person]) -> None:
    """Two mistakes of people who type, as warnings of intake: a wrong unit, and a customer entered twice."""
    by_case = {name: person for person in people if person.case for name in person.case.also}
    typist, other = by_case["wrong_unit"], by_case["customer_twice"]
    customer = trade.book[typist.manager_id][0]
    day = date(2023, 6, 14)
    trade.deals.append(Deal(customer, day, day + timedelta(days=120), 26, [(typist, None)]))
    again = next(
        deal
        for deal in trade.deals
        if deal.parts[0][0] is other
        and deal.signed.year == 2024
        and deal.customer.first.year < 2024
        and deal.customer.credit_code
    )
    again.customer = trade.register.again(again.customer, again.signed)
