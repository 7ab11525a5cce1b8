"""Whatever intake accepts of a text is the same text in the review, in the ledger and on the page."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cmreview.process.events import ReviewDecision, Reviewed
from cmreview.process.ledger.ledger import Ledger
from cmreview.records.intake import read_records
from cmreview.records.text import clean
from cmreview.review.case import build_review
from cmreview.review.store import load, save
from cmreview.show.candidate import candidate
from cmreview.show.figures import Figures
from cmreview.show.html import visible
from cmreview.show.voice import Voice
from tests.process.drafts import NOW, draft
from tests.records.handed_in import department
from tests.review.books import EXPECTED, POLICY
from tests.show.reading import read

NAME = "销售一部"
PEOPLE = 8
AWKWARD = "=+-@'\"<&>{}\\%_x0041_\t\u00a0é\u0301ﬁ㎡\U00020000🏳\ufe0f한ᄒ\u200b\u202e;；"
TEXT = st.text(st.characters(codec="utf-8") | st.sampled_from(AWKWARD), max_size=12).map(
    lambda typed: f"{typed}文{typed}"  # never blank: a blank is missing, and told elsewhere
)
TYPED = st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=PEOPLE, max_size=PEOPLE)


def handed_in(folder: Path, typed: list[tuple[str, str, str]]) -> None:
    """A workbook with each person's name, who reviewed them, and that reviewer's opinion."""
    managers = [["工号", "姓名", "部门", "入职日期"]]
    opinions = [["工号", "评审年度", "初审日期", "初审结论", "初审人", "初审意见"]]
    applied = [["工号", "申报等级", "申报日期"]]
    for number, (name, reviewer, opinion) in enumerate(typed):
        managers.append([f"A{number}", name, NAME, "2020-01-01"])
        opinions.append([f"A{number}", 2025, "2026-01-05", "通过", reviewer, opinion])
        applied.append([f"A{number}", "初级", "2025-12-10"])
    department(folder, NAME, managers=managers, preliminary_reviews=opinions, applications=applied)


@settings(deadline=None, max_examples=3, database=None, phases=[Phase.generate])
@given(TYPED)
def test_a_text_is_the_same_from_the_workbook_to_the_page(typed):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "records").mkdir()
        handed_in(folder / "records", typed)
        review = build_review(read_records(folder / "records", EXPECTED), POLICY).department(NAME)
        save(review, folder / "review.json")
        stored = load(folder / "review.json")
        with Ledger.open(folder / "ledger.db", create=True) as ledger:
            said = [
                Reviewed(ReviewDecision.PASSED, known.opinion, known.reviewer, known.reviewed_on)
                for case in stored.applicants
                if (known := case.preliminary) is not None
            ]
            ledger.append([draft(each) for each in said], NOW)
        with Ledger.open(folder / "ledger.db") as ledger:
            recorded = [event.payload for event in ledger.events()]
    accepted = [tuple(clean(text).text for text in each) for each in typed]
    assert [case.person.name for case in stored.applicants] == [name for name, _, _ in accepted]
    assert [(event.reviewer, event.opinion) for event in recorded] == [each[1:] for each in accepted]
    voice = Voice(stored, Figures("zh"))
    for case, event, expected in zip(stored.applicants, recorded, accepted, strict=True):
        known = replace(case.preliminary, reviewer=event.reviewer, opinion=event.opinion)
        page = read(candidate(replace(case, preliminary=known), 1, voice))
        cells = {cell.text for cell in page.all("td")}
        assert {visible(text) for text in expected[1:]} <= cells
        assert any(visible(expected[0]) in heading.text for heading in page.all("h3"))
