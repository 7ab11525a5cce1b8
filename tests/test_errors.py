from __future__ import annotations

import pickle

from cmreview.errors import CmreviewError, FileError, InputError


def test_an_error_tells_what_is_wrong_and_how_to_mend_it_in_both_languages():
    error = FileError("file.missing", file="a.yaml")
    assert str(error) == "找不到文件 a.yaml。请检查路径和文件名后重试。"
    assert error.text("en") == "a.yaml does not exist. Check the path and the name, then run again."


def test_what_a_person_typed_is_never_taken_for_a_placeholder():
    error = FileError("file.missing", file="{line}{0}")
    assert "{line}{0}" in error.what()


def test_an_error_survives_the_way_between_processes():
    error = pickle.loads(pickle.dumps(FileError("file.missing", file="a.yaml")))
    assert isinstance(error, FileError)
    assert error.text("en").startswith("a.yaml")


def test_a_mistake_of_the_input_ends_with_exit_code_2_and_the_rest_with_1():
    assert InputError("file.missing", file="").exit_code == 2
    assert CmreviewError("file.missing", file="").exit_code == 1
