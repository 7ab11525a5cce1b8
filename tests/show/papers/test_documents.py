"""A template prints a paper's fields, whatever people typed; anything else is refused before it is filled."""

from __future__ import annotations

import hashlib
import io
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import date

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.errors import FileError
from cmreview.show.html import visible
from cmreview.show.papers import shapes as papers
from cmreview.show.papers.documents import check_template, render, template_in
from cmreview.show.papers.fields import Prose
from cmreview.show.papers.wordml import RELATIONS
from tests.show.papers.samples import COMPANY, samples
from tests.show.papers.word_files import lines, parts, template, written

CERTIFICATE, NOTICE = samples()["certificate"], samples()["notice"]
HOSTILE = "{{ 7*7 }}{% for x in y %}{_{ 1 }_} <w:t>&amp;</w:t>\"'王\u202e伟\x00\x0c\ud800"


def refused(code, paper, path, lang="zh"):
    with pytest.raises(FileError) as error:
        render(paper, path, lang)
    assert error.value.code == code
    for language in ("zh", "en"):
        assert path.name in error.value.text(language)
    return error.value.values


def test_a_mark_is_filled_with_its_field(tmp_path):
    path = template(tmp_path / "a.docx", "兹证明 {{ name }}，{{ level }}", "自{{ valid_from }}起")
    assert lines(render(CERTIFICATE, path)) == ["兹证明 欧阳晓静，高级客户经理", "自2026年4月1日起"]
    assert lines(render(CERTIFICATE, path, "en"))[1] == "自1 April 2026起"


def test_a_mark_that_word_split_into_runs_is_still_a_mark(tmp_path):
    runs = "".join(
        f"<w:r><w:rPr><w:b/></w:rPr><w:t>{piece}</w:t></w:r>" for piece in ("{", "{ na", "me }", "}！")
    )
    path = template(tmp_path / "a.docx", f"<w:p>{runs}</w:p>")
    assert lines(render(CERTIFICATE, path)) == ["欧阳晓静！"]
    split = "<w:p><w:r><w:t>{{ wa</w:t></w:r><w:r><w:t>ge }}</w:t></w:r></w:p>"
    assert refused("papers.unknown_field", CERTIFICATE, template(path, split))["field"] == "wage"


def test_what_is_missing_is_a_dash_and_never_a_blank_or_a_zero(tmp_path):
    path = template(tmp_path / "a.docx", "{{ valid_until }}", "{{ department }}")
    assert lines(render(replace(CERTIFICATE, department=""), path)) == ["—", "—"]
    nobody = replace(samples()["minutes"].candidates[0], votes_for=0, votes_against=None, score=None)
    minutes = replace(samples()["minutes"], candidates=(nobody,))
    path = template(
        path,
        "{%p for one in candidates %}",
        "{{ one.votes_for }} {{ one.votes_against }} {{ one.score }}",
        "{%p endfor %}",
    )
    assert lines(render(minutes, path)) == ["0 — —"]


def test_a_score_has_two_decimals_and_a_code_its_words(tmp_path):
    path = template(
        tmp_path / "a.docx",
        "{%p for one in candidates %}",
        "{{ one.score }} {{ one.decision }}",
        "{%p endfor %}",
    )
    assert lines(render(samples()["minutes"], path))[0] == "87.42 通过"
    assert lines(render(samples()["minutes"], path, "en"))[0] == "87.42 approved"


def test_a_list_is_printed_row_by_row_and_in_one_line(tmp_path):
    path = template(
        tmp_path / "a.docx",
        "{{ present|length }}：{{ present|join('、') }}",
        "{%p for one in candidates if one.departs %}",
        "{{ loop.index }} {{ one.name }}",
        "{%p endfor %}",
        "{% if absent and chair == '周建华' %}{{ place or chair }}{% else %}无{% endif %}",
    )
    assert lines(render(samples()["minutes"], path)) == [
        "7：周建华、沈明、陆嘉、唐宁、许可、冯远、曹颖",
        "1 李静怡",
        "周建华",
    ]


@pytest.mark.parametrize(
    ("line", "field", "known"),
    [
        ("{{ salary }}", "salary", "people"),
        ("{{ contact.fax }}", "contact.fax", "telephone"),
        ("{% for one in people %}{{ one.score }}{% endfor %}", "one.score", "level_held"),
        ("{% if secret %}x{% endif %}", "secret", "people"),
        ("{% for one in people if one.age %}x{% endfor %}", "one.age", "department"),
        ("{{ year or bonus }}", "bonus", "people"),
        ("{{ one.name }}", "one", "people"),
        ("{{ year.real }}", "year.real", "—"),
        ("{{ people.count }}", "people.count", "—"),
        ("{{ contact.__class__ }}", "contact.__class__", "email"),
        ("{{ range }}", "range", "people"),
        ("{{ self }}", "self", "people"),
    ],
    ids=lambda value: value if "{" in value else "",
)
def test_a_field_that_the_paper_does_not_have_is_told_with_those_that_it_has(tmp_path, line, field, known):
    values = refused("papers.unknown_field", NOTICE, template(tmp_path / "a.docx", line))
    assert values["field"] == field
    assert known in values["known"]


@pytest.mark.parametrize("part", ["word/footer1.xml", "word/footnotes.xml"])
def test_a_footer_and_a_footnote_are_checked_and_filled_too(tmp_path, part):
    held = parts(template(tmp_path / "a.docx", "正文"))
    if part not in held:
        held["word/_rels/document.xml.rels"] = held["word/_rels/document.xml.rels"].replace(
            "</Relationships>",
            f'<Relationship Id="rId9" Type="{RELATIONS}/footnotes" Target="footnotes.xml"/></Relationships>',
        )
        held["[Content_Types].xml"] = held["[Content_Types].xml"].replace(
            "</Types>",
            '<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-'
            'officedocument.wordprocessingml.footnotes+xml"/></Types>',
        )
        held[part] = held["word/footer1.xml"].replace("w:ftr", "w:footnotes")
    before = held[part]
    held[part] = before.replace("— <", "{{ name }} <")
    assert held[part] != before
    assert "欧阳晓静 <" in parts(render(CERTIFICATE, written(tmp_path / "a.docx", held)))[part]
    held[part] = before.replace("— <", "{{ nobody }} <")
    assert (
        refused("papers.unknown_field", CERTIFICATE, written(tmp_path / "a.docx", held))["field"] == "nobody"
    )


@pytest.mark.parametrize(
    "line",
    [
        "{{ range(10) }}",
        "{% for n in range(1000000000) %}x{% endfor %}",
        "{{ company * 1000000000 }}",
        "{{ year ** 99999999 }}",
        "{{ company ~ company }}",
        "{{ company|center(1000000000) }}",
        "{{ company|attr('upper') }}",
        "{{ people|join(', ', 'name') }}",
        "{{ people|join(attribute='name') }}",
        "{{ people|join(', ') }}",
        "{{ company|length }}",
        "{{ company[0] }}",
        "{{ company.upper() }}",
        "{{ 'x' is sameas company }}",
        "{% if working_days > 3 %}x{% endif %}",
        "{% set x = company %}",
        "{% macro m() %}{{ m() }}{% endmacro %}",
        "{% include 'secret.txt' %}",
        "{% import 'os' as os %}",
        "{% for one in people recursive %}x{% endfor %}",
        "{% for a, b in people %}x{% endfor %}",
        "{% for a in people %}{% for b in people %}x{% endfor %}{% endfor %}",
        "{{r company }}",
        "{{p company }}",
        "{{ " + "(" * 5000 + "company" + ")" * 5000 + " }}",
    ],
    ids=lambda line: line[:40],
)
def test_a_template_can_neither_call_nor_compute_nor_loop_without_end(tmp_path, line):
    refused("papers.not_allowed", NOTICE, template(tmp_path / "a.docx", line))


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{% for one in company %}x{% endfor %}", "papers.not_a_list"),
        ("{{ people }}", "papers.not_a_value"),
        ("{{ contact }}", "papers.not_a_value"),
        ("{{ people or company }}", "papers.not_a_value"),
        ("{{ contact if company else year }}", "papers.not_a_value"),
        ("{{ company", "papers.syntax"),
        ("{{ company year }}", "papers.syntax"),
        ("{% for one in people %}x", "papers.syntax"),
        ("{% endif %}", "papers.syntax"),
        ("{% wenn company %}x{% endif %}", "papers.syntax"),
        ("{company}", "papers.stray_brace"),
        ("{ {company} }", "papers.stray_brace"),
    ],
    ids=lambda value: value,
)
def test_a_faulty_mark_is_told_for_what_it_is(tmp_path, line, code):
    values = refused(code, NOTICE, template(tmp_path / "a.docx", "第一段", "第二段 {{ year }}", line))
    if code == "papers.syntax" and "endif" not in line:
        assert values["near"].startswith(line[:8])


def test_a_mark_that_tears_the_document_apart_is_refused(tmp_path):
    torn = "<w:p><w:r><w:t>{% if number %}</w:t></w:r></w:p><w:p><w:r><w:t>x{% endif %}</w:t></w:r></w:p>"
    half = "<w:p><w:r><w:t>x{% if number %}</w:t><w:br/><w:t>{% endif %}</w:t></w:r></w:p>"
    assert lines(render(NOTICE, template(tmp_path / "a.docx", torn))) == [""]  # balanced: two become one
    assert lines(render(NOTICE, template(tmp_path / "a.docx", half))) == ["x"]
    across = (
        "<w:p><w:r><w:t>a{% if number %}</w:t></w:r></w:p>"
        "<w:tbl><w:tblGrid/><w:tr><w:tc><w:p><w:r><w:t>b{% endif %}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    refused("papers.broken_paper", NOTICE, template(tmp_path / "a.docx", across))


def test_what_people_typed_is_printed_and_never_read_as_a_mark_or_as_xml(tmp_path):
    path = template(tmp_path / "a.docx", "{{ name }}")
    held = render(replace(CERTIFICATE, name=HOSTILE), path)
    assert lines(held) == [visible(HOSTILE)]
    assert "{{ 7*7 }}{% for x in y %}{_{ 1 }_} <w:t>" in lines(held)[0]


@given(name=st.text(st.characters(codec=None), min_size=1, max_size=40))
def test_any_name_comes_out_as_it_was_typed(tmp_path_factory, name):
    path = template(tmp_path_factory.mktemp("any") / "a.docx", "「{{ name }}」")
    assert lines(render(replace(CERTIFICATE, name=name), path)) == [f"「{visible(name)}」"]


def test_lines_of_an_opinion_are_kept_and_those_of_a_name_are_not(tmp_path):
    opinion = replace(samples()["opinion"], opinion=Prose("第一行\n\x07第二行"), name="王\n伟")
    path = template(tmp_path / "a.docx", "{{ opinion }}", "{{ name }}")
    assert lines(render(opinion, path)) == ["第一行\n␇第二行", "王 伟"]


def test_a_code_without_words_is_our_fault_and_stops(tmp_path):
    path = template(tmp_path / "a.docx", "{{ order }}")
    with pytest.raises(KeyError):
        render(replace(NOTICE, order="by_rank"), path)


def test_a_template_is_found_in_its_folder_by_language_or_told_missing(tmp_path):
    (tmp_path / "en").mkdir()
    made = template(tmp_path / "en" / "notice.docx", "x")
    assert template_in(tmp_path, "notice", "en") == made
    with pytest.raises(FileError) as error:
        template_in(tmp_path, "notice", "zh")
    assert error.value.code == "papers.no_template"
    refused("papers.no_template", NOTICE, tmp_path / "none.docx")


def test_a_template_can_be_checked_without_a_paper(tmp_path):
    check_template(template(tmp_path / "a.docx", "{{ number }}"), papers.Notice)
    with pytest.raises(FileError) as error:
        check_template(template(tmp_path / "a.docx", "{{ verification_code }}"), papers.Notice)
    assert error.value.code == "papers.unknown_field"


def _with(path, name, before, after):
    held = parts(path)
    assert before in held[name]
    held[name] = held[name].replace(before, after, 1)
    return written(path, held)


@pytest.mark.parametrize(
    ("name", "before", "after", "code"),
    [
        (
            "[Content_Types].xml",
            "wordprocessingml.document.main",
            "wordprocessingml.template.main",
            "papers.not_docx",
        ),
        (
            "[Content_Types].xml",
            "wordprocessingml.document.main",
            "x.document.macroEnabled.main",
            "papers.not_docx",
        ),
        ("word/document.xml", "<w:body>", "<w:body", "papers.not_docx"),
        ("word/document.xml", "?>\n", "?>\n<!DOCTYPE a [<!ENTITY b 'c'>]>", "papers.not_docx"),
        ("word/document.xml", "<w:r>", '<w:ins w:id="1" w:author="张三"/><w:r>', "papers.marked_up"),
        ("word/document.xml", "<w:r>", '<w:commentReference w:id="1"/><w:r>', "papers.marked_up"),
    ],
    ids=["template", "macros", "torn", "entities", "tracked", "comment"],
)
def test_a_file_that_is_no_clean_word_document_is_refused(tmp_path, name, before, after, code):
    refused(code, NOTICE, _with(template(tmp_path / "a.docx", "x"), name, before, after))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0 old Word", b"text"], ids=repr)
def test_a_file_that_is_no_word_document_at_all_is_refused(tmp_path, data):
    (tmp_path / "a.docx").write_bytes(data)
    refused("papers.not_docx", NOTICE, tmp_path / "a.docx")


def test_a_template_that_unpacks_to_too_much_is_refused(tmp_path):
    held = parts(template(tmp_path / "a.docx", "x"))
    at_limit = (20 << 20) - sum(len(text.encode()) for text in held.values())
    render(NOTICE, written(tmp_path / "a.docx", held | {"word/media/a.png": "x" * at_limit}))
    refused(
        "papers.too_large",
        NOTICE,
        written(tmp_path / "a.docx", held | {"word/media/a.png": "x" * (at_limit + 1)}),
    )


def _related(path, kind, target):
    relation = f'<Relationship Id="rId99" Type="http://x/{kind}" Target="{target}" TargetMode="External"/>'
    return _with(path, "word/_rels/document.xml.rels", "</Relationships>", f"{relation}</Relationships>")


def test_content_from_outside_is_refused_and_a_link_is_not(tmp_path):
    path = _related(template(tmp_path / "a.docx", "x"), "image", "https://example.com/pixel.png")
    assert refused("papers.outside", NOTICE, path)["target"] == "https://example.com/pixel.png"
    assert lines(render(NOTICE, _related(template(path, "x"), "hyperlink", "https://example.com"))) == ["x"]


def test_nobodys_name_is_carried_from_a_template_into_papers(tmp_path):
    path = template(tmp_path / "a.docx", "x")
    document = docx.Document(str(path))
    document.core_properties.author = document.core_properties.last_modified_by = "张三"
    document.core_properties.comments = "张三的电脑"
    document.save(str(path))
    held = parts(path)
    held["word/settings.xml"] = held["word/settings.xml"].replace(
        "<w:defaultTabStop", '<w:attachedTemplate r:id="rId1"/><w:defaultTabStop'
    )
    held["word/_rels/settings.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
        f'Id="rId1" Type="{RELATIONS}/attachedTemplate" '
        'Target="file:///C:/Users/张三/Normal.dotm" TargetMode="External"/></Relationships>'
    )
    made = render(NOTICE, written(path, held))
    assert "张三" in "".join(held.values())
    assert not [name for name, text in parts(made).items() if "张三" in text or "attachedTemplate" in text]


@pytest.mark.parametrize("kind", samples())
def test_a_paper_says_of_itself_its_title_company_and_day_and_no_more(kind):
    made = render(samples()[kind])
    about = docx.Document(io.BytesIO(made)).core_properties
    day = samples()[kind].dated
    assert (about.author, about.last_modified_by) == (COMPANY, COMPANY)
    assert about.created.date() == about.modified.date() == day
    assert about.comments == about.keywords == about.subject == ""
    machine = (platform.node(), tempfile.gettempdir(), "python-docx", "docxtpl", "docProps/app")
    assert not [word for word in machine if any(word in text for text in parts(made).values())]


DIGEST = """
import hashlib
from cmreview.show.papers.documents import render
from tests.show.papers.samples import samples
for lang in ("zh", "en"):
    for paper in samples(lang).values():
        print(hashlib.sha256(render(paper, None, lang)).hexdigest())
"""


def test_the_same_paper_gives_the_same_bytes_in_another_process_at_another_time(root):
    here = [
        hashlib.sha256(render(paper, None, lang)).hexdigest()
        for lang in ("zh", "en")
        for paper in samples(lang).values()
    ]
    surroundings = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Shanghai", "USER": "zhangsan"}
    command = [sys.executable, "-c", DIGEST]
    there = subprocess.run(command, cwd=root, env=surroundings, capture_output=True, text=True, check=True)
    assert there.stdout.split() == here
    assert len(set(here)) == len(here)


def test_another_day_gives_another_paper():
    assert render(CERTIFICATE) != render(replace(CERTIFICATE, dated=date(2026, 3, 10)))
