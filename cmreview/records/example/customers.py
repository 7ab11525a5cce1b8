"""The example company's customers: names, credit codes, and when their contracts are signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from random import Random

_CITIES = (
    *("北京", "上海", "广州", "深圳", "杭州", "苏州", "南京", "武汉", "成都", "重庆", "西安", "天津", "青岛"),
    *("宁波", "无锡", "长沙", "郑州", "合肥", "济南", "厦门", "福州", "东莞", "佛山", "沈阳", "大连", "昆明"),
)
_FIRST = "恒瑞华盛鑫鼎嘉信宏泰安德润达新远博联瀚晟汇卓启凯隆丰立骏亿天正元众同"
_SECOND = "源通海邦洋诚辉盈科阳图维创升利康峰扬越宇泽锐朗腾合佳禾川业辰昌"
_TRADES = (
    *("科技", "贸易", "电子", "机械", "建材", "医疗器械", "食品", "物流", "环保设备", "信息技术", "纺织"),
    *("化工", "汽车零部件", "自动化", "家居用品", "包装材料"),
)
_FORMS = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司")
# GB 32100-2015: eighteen characters without I, O, S, V, Z; the last one checks the others.
_CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_AREAS = ("110108", "310115", "440106", "440305", "330106", "320505", "320106", "420106", "510107", "500112")
# Where a city lies, and what a trade belongs to.
_REGIONS = {
    "华东": ("上海", "杭州", "苏州", "南京", "宁波", "无锡", "合肥", "济南", "青岛", "厦门", "福州"),
    "华南": ("广州", "深圳", "东莞", "佛山"),
    "华中": ("武汉", "长沙", "郑州"),
    "华北": ("北京", "天津"),
    "西部": ("成都", "重庆", "西安", "昆明"),
    "东北": ("沈阳", "大连"),
}
_GROUPS = {
    "制造": ("电子", "机械", "环保设备", "纺织", "化工", "汽车零部件", "自动化", "包装材料"),
    "商贸": ("贸易", "建材", "食品", "家居用品"),
    "医疗": ("医疗器械",),
    "科技与服务": ("科技", "物流", "信息技术"),
}
# Weights of the months: quiet around Spring Festival, busy at the ends of quarters and of the year.
_SEASON = (7, 4, 9, 8, 8, 10, 7, 7, 10, 7, 9, 12)


@dataclass
class Customer:
    """One customer; ``first`` is the day of the first contract, ``served_by`` whose customer it is."""

    customer_id: str
    name: str
    credit_code: str | None
    key: bool
    first: date


def region_of(name: str) -> str | None:
    """The region (地区) of a company by the city that its name begins with, None for another.

    >>> region_of("青岛恒源科技有限公司")
    '华东'
    """
    return next((region for region, cities in _REGIONS.items() if name.startswith(cities)), None)


def group_of(name: str) -> str | None:
    """The group (客户类别) of a company by the trade in its name, None for another.

    >>> group_of("青岛恒源信息技术有限公司")
    '科技与服务'
    """
    trade = name.replace(" ", "")[4:]  # after the city and two characters
    return next((group for group, trades in _GROUPS.items() if trade.startswith(trades)), None)


class Register:
    """Hands out customers one by one, no name and no credit code twice."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._names: set[str] = set()
        self._codes: set[str] = set()
        self.customers: list[Customer] = []

    def new(self, first: date, *, key: bool) -> Customer:
        """A customer whose first contract is signed on ``first``."""
        rng = self._rng
        number = f"KH{len(self.customers) + 1:06d}"
        code = None if rng.random() < 0.04 else self._new_code()
        customer = Customer(number, self._new_name(), code, key, first)
        self.customers.append(customer)
        return customer

    def again(self, known: Customer, first: date) -> Customer:
        """A customer entered a second time: another id, the name with a blank in it, the same credit code."""
        number = f"KH{len(self.customers) + 1:06d}"
        name = f"{known.name[:4]} {known.name[4:]}"
        self.customers.append(Customer(number, name, known.credit_code, False, first))
        return self.customers[-1]

    def _new_name(self) -> str:
        rng = self._rng
        while True:
            # unique without its form, so that no two look like one customer spelled twice
            stem = rng.choice(_CITIES) + rng.choice(_FIRST) + rng.choice(_SECOND) + rng.choice(_TRADES)
            if stem not in self._names:
                self._names.add(stem)
                return stem + rng.choice(_FORMS)

    def _new_code(self) -> str:
        rng = self._rng
        while True:
            code = with_check("91" + rng.choice(_AREAS) + "MA" + "".join(rng.choices(_CODE, k=7)))
            if code not in self._codes:
                self._codes.add(code)
                return code


def with_check(seventeen: str) -> str:
    """A unified social credit code (统一社会信用代码) with its check character, GB 32100-2015.

    >>> with_check("91350100M000100Y4")
    '91350100M000100Y43'
    """
    weighted = sum(_CODE.index(char) * pow(3, place, 31) for place, char in enumerate(seventeen))
    return seventeen + _CODE[-weighted % 31]


@cache
def _calendar(year: int) -> tuple[tuple[date, ...], tuple[int, ...]]:
    """The year's working days, roughly, and how busy each is."""
    days = (date(year, 1, 1) + timedelta(days=number) for number in range(366))
    working = tuple(day for day in days if day.year == year and day.weekday() < 5 and not _is_holiday(day))
    return working, tuple(_SEASON[day.month - 1] for day in working)


def _is_holiday(day: date) -> bool:
    return (day.month, day.day) in {(1, 1), (5, 1), (5, 2), (5, 3)} or (day.month == 10 and day.day <= 7)


def signing_days(
    rng: Random, span: tuple[date, date], leaves: Sequence[tuple[date, date]], count: int
) -> list[date]:
    """``count`` working days of one year within ``span`` and outside ``leaves``, busy months more often.

    A day comes twice only where there are fewer days than asked for.
    """
    days, weights = _calendar(span[0].year)
    open_days = [
        (day, weight)
        for day, weight in zip(days, weights, strict=True)
        if span[0] <= day <= span[1] and not any(start <= day <= end for start, end in leaves)
    ]
    if not open_days:
        return [span[1]] * count
    free, cumulative = [day for day, _ in open_days], list(accumulate(weight for _, weight in open_days))
    chosen: dict[date, None] = {}
    for _ in range(20 * count):
        if len(chosen) == min(count, len(free)):
            break
        chosen[rng.choices(free, cum_weights=cumulative)[0]] = None
    found = list(chosen)
    return [found[index % len(found)] for index in range(count)]
