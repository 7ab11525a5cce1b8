"""Who may do what, read from params/committee.yaml with every fault of it at once. Policy 4.3."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cmreview.errors import CommitteeError, FileError
from cmreview.process.committee import Role
from cmreview.process.committee_file import CommitteeFindings, default_file, load_committee
from cmreview.process.labels import label
from tests.process import cases
from tests.process.cases import on

GOOD = """\
name: {zh: 委员会, en: Committee}
time_zone: "+08:00"
papers:
  issuer: {zh: 公司, en: Company}
  rules: {zh: 办法, en: Rules}
  appointment_number: 聘〔{year}〕{number}号
  certificate_number: ZS-{year}-{number}
  contact: {zh: 电话, en: phone}
people:
  - {id: "01", name: 甲, department: 办公室, roles: [chair, member], since: 2021-01-01, until: 2025-12-31}
  - {id: P02, name: 乙, department: 财务部, roles: [member], relations: ["00123", "no"]}
  - {id: S01, name: 丙, department: 人力资源部, roles: [secretary]}
"""


@pytest.fixture
def load(tmp_path):
    """Load the good file with some of its text replaced."""

    def loaded(*changes):
        text = GOOD
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "committee.yaml"
        path.write_text(text, encoding="utf-8")
        return load_committee(path)

    return loaded


def faults(load, *changes):
    with pytest.raises(CommitteeFindings) as caught:
        load(*changes)
    assert all(one.line(lang) for one in caught.value.findings for lang in ("zh", "en"))
    assert str(len(caught.value.findings)) in caught.value.what("en").splitlines()[0]
    return [(one.code.removeprefix("committee."), one.row) for one in caught.value.findings]


def test_the_file_says_who_is_who(load):
    committee = load()
    assert committee.person("01").roles == (Role.CHAIR, Role.MEMBER)
    assert committee.person("P02").relations == ("00123", "no")
    assert committee.utc_offset == timedelta(hours=8)
    assert committee.papers.certificate_number == "ZS-{year}-{number}"
    assert committee.name_of("P02") == "乙"
    assert committee.name_of("gone") == "gone"


def test_the_projects_own_file_has_somebody_for_every_role():
    committee = load_committee()
    assert default_file().name == "committee.yaml"
    assert all(committee.holders(role, on("2026-01-20")) for role in Role)


def test_somebody_holds_a_role_from_the_first_day_to_the_last(load):
    committee = load(("since: 2021-01-01", "since: 2025-12-30"))
    found = {day: [one.id for one in committee.members(on(day))] for day in DAYS}
    assert found == dict(zip(DAYS, [["P02"], ["01", "P02"], ["01", "P02"], ["P02"]], strict=True))


DAYS = ("2025-12-29", "2025-12-30", "2025-12-31", "2026-01-01")


def test_whoever_is_unknown_is_told_with_those_who_are_known(load):
    with pytest.raises(CommitteeError) as caught:
        load().person("P9")
    assert "P9" in caught.value.what("zh")
    assert "01、P02、S01" in caught.value.mend("zh")


def test_an_offset_may_lie_west(load):
    assert load(("+08:00", "-03:30")).utc_offset == -timedelta(hours=3, minutes=30)


@pytest.mark.parametrize(
    ("old", "new", "code", "row"),
    [
        ('"+08:00"', "Asia/Shanghai", "not_an_offset", 2),
        ('"+08:00"', '"+8:00"', "not_an_offset", 2),
        ("roles: [secretary]", "roles: [secretary, boss]", "not_a_role", 12),
        ("roles: [secretary]", "roles: []", "no_role", 12),
        ("id: P02", 'id: "01"', "repeated_id", 11),
        ("until: 2025-12-31", "until: 2020-12-31", "until_before_since", 10),
        ("until: 2025-12-31", "until: 2025-02-30", "not_a_day", 10),
        ("until: 2025-12-31", "until: 31.12.2025", "not_a_day", 10),
        ("name: 乙", 'name: " "', "not_a_text", 11),
        ("name: 乙, ", "", "missing_key", 11),
        ("name: 乙", "name: 乙, title: 经理", "unknown_key", 11),
        ("{zh: 公司, en: Company}", "{zh: 公司}", "missing_key", 4),
        ("ZS-{year}-{number}", "ZS-{number}", "not_a_number_form", 7),
        ("ZS-{year}-{number}", "ZS-{year}-{number}-{name}", "not_a_number_form", 7),
        ("ZS-{year}-{number}", "ZS-{year}-{number}}", "not_a_number_form", 7),
        ("ZS-{year}-{number}", "ZS-{year}-{{number}", "not_a_number_form", 7),
        ("ZS-{year}-{number}", "ZS-{year}-{number:03}", "not_a_number_form", 7),
        ("roles: [member]", "roles: member", "wrong_shape", 11),
    ],
)
def test_a_fault_is_told_with_its_line(load, old, new, code, row):
    found = faults(load, (old, new))
    assert (code, row) in found


@pytest.mark.parametrize(
    ("changes", "role"),
    [
        ([("roles: [chair, member]", "roles: [deputy, member]")], "chair"),
        ([("roles: [chair, member]", "roles: [chair]"), ("roles: [member]", "roles: [reviewer]")], "member"),
        ([("roles: [secretary]", "roles: [reviewer]")], "secretary"),
    ],
)
def test_a_committee_without_chair_member_or_secretary_is_refused(load, changes, role):
    with pytest.raises(CommitteeFindings) as caught:
        load(*changes)
    assert [dict(one.details)["role"] for one in caught.value.findings] == [role]


def test_all_faults_come_at_once(load):
    found = faults(
        load, ('"+08:00"', "8"), ("until: 2025-12-31", "until: soon"), ("roles: [secretary]", "roles: [boss]")
    )
    assert {code for code, _ in found} == {"not_an_offset", "not_a_day", "not_a_role"}


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(FileError):
        load_committee(tmp_path / "none.yaml")


def test_every_term_of_the_process_has_a_name_in_both_languages_and_no_two_steps_share_one():
    from cmreview.process.access import Ground
    from cmreview.process.events import Kind, Recommendation, ReviewDecision
    from cmreview.process.stages import Stage

    for terms in (Stage, Kind, Role, Ground, ReviewDecision, Recommendation):
        for lang in ("zh", "en"):
            names = [label(term)(lang) for term in terms]
            assert len(set(names)) == len(names)


def test_who_has_left_is_still_named_on_earlier_papers():
    assert cases.committee().name_of("P09") == "杜鹃"
