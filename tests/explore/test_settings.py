"""Whose session it is comes from the environment, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from cmreview.errors import InputError
from cmreview.explore import settings
from cmreview.explore.settings import Settings

WHOLE = {
    "CMREVIEW_YEAR": "2025",
    "CMREVIEW_RECORDS": "/r",
    "CMREVIEW_LEDGER": "/l.db",
    "CMREVIEW_AS": "P01",
}


def test_without_records_the_example_is_meant():
    assert settings.read({}) is None
    assert settings.read({"CMREVIEW_AS": "P01", "CMREVIEW_LEDGER": "/l.db"}) is None


@pytest.mark.parametrize("name", ["CMREVIEW_YEAR", "CMREVIEW_LEDGER", "CMREVIEW_AS"])
def test_what_a_real_session_lacks_is_named(name):
    with pytest.raises(InputError) as refused:
        settings.read({key: value for key, value in WHOLE.items() if key != name})
    assert refused.value.values["names"] == (name,)
    assert name in refused.value.what("en")


@pytest.mark.parametrize("year", ["25x", "２０２５", "-1", "2025.0"])
def test_a_year_that_is_none_is_refused(year):
    with pytest.raises(InputError, match=year.replace(".", r"\.")):
        settings.read(WHOLE | {"CMREVIEW_YEAR": year})


def test_settings_come_back_as_they_were_given():
    given = Settings(
        2025, Path("/r"), "postgresql://u@h/d", "P02", "en", policy=Path("/p"), committee=Path("/c.yaml")
    )
    assert settings.read(given.environment()) == given


def test_a_place_given_relative_to_here_is_found_from_anywhere():
    named = Settings(2025, Path("r"), "l.db", "P01").environment()
    assert Path(named["CMREVIEW_RECORDS"]).is_absolute()
    assert Path(named["CMREVIEW_LEDGER"]).is_absolute()


def test_an_unknown_language_is_chinese():
    assert settings.language({"CMREVIEW_LANG": "fr"}) == "zh"
    assert settings.read(WHOLE | {"CMREVIEW_LANG": "en"}).lang == "en"
