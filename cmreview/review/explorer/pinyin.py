"""How a Chinese name may be typed on a keyboard without Chinese: in pinyin, whole or by initials."""

from __future__ import annotations

import re
from itertools import product

# Surnames that are read otherwise than the same character is elsewhere; of two readings both are in use.
_SURNAMES = {
    "尉迟": ("yu chi",),
    "万俟": ("mo qi",),
    "长孙": ("zhang sun",),
    "单于": ("chan yu", "shan yu"),  # the compound surname, or the surname 单 with a name that begins with 于
    "澹台": ("tan tai",),
    "令狐": ("ling hu",),
    "鲜于": ("xian yu",),
    "宰父": ("zai fu",),
    "曾": ("zeng",),
    "单": ("shan",),
    "仇": ("qiu",),
    "解": ("xie",),
    "区": ("ou",),
    "朴": ("piao",),
    "翟": ("zhai", "di"),
    "查": ("zha",),
    "盖": ("ge", "gai"),
    "乐": ("yue", "le"),
    "覃": ("qin", "tan"),
    "冼": ("xian",),
    "缪": ("miao",),
    "谌": ("chen", "shen"),
    "召": ("shao",),
    "繁": ("po",),
    "黑": ("he",),
    "秘": ("bi",),
    "折": ("she",),
    "种": ("chong",),
    "祭": ("zhai",),
    "员": ("yun",),
    "句": ("gou",),
    "阚": ("kan",),
    "隗": ("wei", "kui"),
    "郇": ("xun", "huan"),
    "郗": ("xi", "chi"),
    "牟": ("mu", "mou"),
    "柏": ("bai", "bo"),
    "车": ("che",),
    "石": ("shi",),
    "沈": ("shen",),
    "尹": ("yin",),
    "曲": ("qu",),
    "俞": ("yu",),
    "卜": ("bu",),
    "葛": ("ge",),
    "那": ("na",),
    "宿": ("su",),
    "洗": ("xian",),
    "逄": ("pang",),
    "褚": ("chu",),
    "颉": ("xie",),
    "瞿": ("qu",),
    "宁": ("ning",),
    "任": ("ren",),
    "纪": ("ji",),
    "华": ("hua",),
    "应": ("ying",),
    "相": ("xiang",),
    "都": ("du",),
    "佴": ("nai",),
    "能": ("nai",),
    "撒": ("sa",),
    "乜": ("nie",),
    "幺": ("yao",),
}
_HAN = re.compile(r"[\u3400-\u9fff]")
# A longer name is hardly a Chinese one; its characters are taken by their most common reading.
_LONGEST_CHINESE = 5
_MOST_READINGS = 3


def readings(name: str) -> str:
    """Every way ``name`` may be typed: whole and by initials, with and without the surname.

    Lower case, a blank before each, and one at the end, so that `` zg`` finds who begins so. Surnames
    are read as surnames; a character of the given name that has several readings goes by each.

    >>> readings("曾国")
    ' g guo zengguo zg '
    """
    plain = name.strip()
    if not plain:
        return ""
    if not _HAN.search(plain):
        return " " + " ".join(sorted({plain.lower(), *plain.lower().split()})) + " "
    surname = next((plain[:size] for size in (2, 1) if plain[:size] in _SURNAMES), "")
    found: set[str] = set()
    for family in _SURNAMES.get(surname, ("",)):
        for given in product(*_syllables(plain[len(surname) :])):
            whole = [*family.split(), *given]
            # with no surname of the list, the first character is taken for it
            size = len(family.split()) or 1
            for part in (whole, whole[size:]):
                found |= _typed(part)
    return " " + " ".join(sorted(found - {""})) + " "


def _typed(syllables: list[str]) -> set[str]:
    whole, initials = "".join(syllables), "".join(each[:1] for each in syllables)
    # ü is typed as v, or as u by whoever does not know that
    return {whole, whole.replace("v", "u"), initials}


def _syllables(text: str) -> list[list[str]]:
    """The readings of each character; what is not Chinese stands for itself."""
    from pypinyin import Style, pinyin  # here, since its dictionary is slow to load

    has_several = len(text) <= _LONGEST_CHINESE
    return [
        [each.lower().replace(" ", "") for each in found[:_MOST_READINGS]]
        for found in pinyin(text, style=Style.NORMAL, heteronym=has_several)
    ]
