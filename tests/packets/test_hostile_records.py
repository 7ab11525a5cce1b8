"""Records full of formulas, markup, control characters and path tricks become packets that only show them."""

from __future__ import annotations

import zipfile

import openpyxl
import pytest

from cmreview.packets.batch import make_prepared
from cmreview.packets.job import State
from cmreview.packets.prepare import Request, prepare
from cmreview.show.html import visible
from tests.packets.small import small_company, write_tables
from tests.show.reading import read

TRICKS = {
    "script": "<script>alert(1)</script>",
    "closing": "</td></table></style><h1>x",
    "formula": '=HYPERLINK("http://x.y","z")',
    "command": "=cmd|' /C calc'!A0",
    "path": "../../../etc/passwd",
    "template": "{{ 7 * 7 }}{% raw %}",
    "python": "{0.__class__}",
    "reversed": "a\u202eb",
    "attribute": '" onmouseover="alert(1)',
    "css": '"; } body { display: none } @import url(http://x.y); /*',
}


@pytest.fixture(scope="module", params=sorted(TRICKS))
def made(request, executor, tmp_path_factory):
    trick = TRICKS[request.param]
    folder = tmp_path_factory.mktemp("hostile")
    tables = small_company([trick])
    for row in tables["managers"]:
        row["name"] = f"{row['manager_id']}{trick}"
    for row in tables["customers"]:
        row["name"] = trick
    for row in tables["contracts"]:
        row["contract_id"] += trick
    for row in tables["applications"]:
        row["evidence"] = trick
        row["admitted_by"] = trick
    review = {"manager_id": "1a", "year": "2025", "decision": "通过", "opinion": trick, "reviewer": trick}
    tables["preliminary_reviews"] = [review | {"reviewed_on": "2026-01-10"}]
    records = write_tables(folder / "records", tables)
    wanted = Request(2025, records, folder / "outputs", engine="plain")
    prepared = prepare(wanted)
    name = prepared.departments[0].review.applicants[0].person.name  # intake drops what can't be seen
    assert name == f"1a{trick}".replace("\u202e", "")
    return visible(name), folder, make_prepared(prepared, wanted, executor=executor)


def test_the_packet_is_made_inside_its_folder(made):
    _, folder, run = made
    assert [entry.state for entry in run.entries] == [State.OK], run.entries[0].told("zh")
    assert sorted(path.name for path in folder.iterdir()) == ["outputs", "records"]
    (entry,) = run.entries
    assert (folder / "outputs/2025" / entry.folder).parent == folder / "outputs/2025"
    assert sorted(path.name for path in (folder / "outputs/2025").iterdir()) == sorted(
        [entry.folder, "index.html", "run.json"]
    )


def test_every_typed_text_is_shown_as_text(made):
    name, folder, run = made
    (entry,) = run.entries
    target = folder / "outputs/2025"
    for path in (target / entry.folder / f"{entry.folder}.html", target / "index.html"):
        page = read(path.read_text("utf-8"))
        assert not page.all("script")
        assert len(page.all("h1")) == 1
        assert len(page.all("style")) == 1
        assert not [x for x in page.everything() if any(name.startswith("on") for name in x.attributes)]
        assert visible(entry.department) in page.text
    assert name in read((target / entry.folder / f"{entry.folder}.html").read_text("utf-8")).text


def test_a_style_sheet_holds_no_address_and_no_rule_of_theirs(made):
    _, folder, run = made
    (entry,) = run.entries
    text = (folder / "outputs/2025" / entry.folder / f"{entry.folder}.html").read_text("utf-8")
    style = text.split("<style>")[1].split("</style>")[0]
    assert "display: none } @import" not in style
    assert "url(" not in style


def test_the_appendix_holds_no_formula_and_no_link(made):
    name, folder, run = made
    (entry,) = run.entries
    path = folder / "outputs/2025" / entry.folder / f"{entry.folder}.xlsx"
    values = []
    for sheet in openpyxl.load_workbook(path):
        assert not list(sheet._hyperlinks)
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
            values += [cell.value for cell in row]
    assert name in values
    with zipfile.ZipFile(path) as book:
        assert not [name for name in book.namelist() if "externalLink" in name]
