"""The environment is one: pyproject, lock, constraints and conda file agree and name no address."""

from __future__ import annotations

import re
import subprocess
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ["requirements.lock", "trust.lock"]
FILES = ["pyproject.toml", *LOCKS, "constraints.txt", "environment.yml"]
ADDRESS = re.compile(
    r"https?:|://|(^|[\s\"'=])//|www\.|@\s*(file|git)|file:"  # an address of an index or a file
    r"|--(extra-|no-)?index|--find-links|--trusted-host|(^|\s)-[if]\s"  # an option that leads to one
    r"|(^|[\s\"'=:])(~|[A-Za-z]:)?[/\\][A-Za-z0-9_.~-]"  # a path from the root, a home or a drive
    r"|\.\.[/\\]"
)


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


PROJECT = tomllib.loads(read("pyproject.toml"))
CONDA = yaml.safe_load(read("environment.yml"))


def pins(text: str) -> dict[str, Requirement]:
    """Every pinned package of a lock or constraints text, by its name; a name that stands twice fails."""
    found: dict[str, Requirement] = {}
    for line in text.splitlines():
        if line and not line.startswith((" ", "#")):
            requirement = Requirement(line.removesuffix("\\").strip())
            name = canonicalize_name(requirement.name)
            assert name not in found, f"{name} is pinned twice"
            found[name] = requirement
    return found


def direct_dependencies() -> list[Requirement]:
    project = PROJECT["project"]
    extras = project["optional-dependencies"].values()
    texts = dict.fromkeys(text for group in (project["dependencies"], *extras) for text in group)
    return [Requirement(text) for text in texts]  # each once: an extra's is one of the developers' too


def faults(text: str) -> list[str]:
    return [line for line in text.splitlines() if ADDRESS.search(line)]


@pytest.mark.parametrize("name", FILES)
def test_no_address_path_or_index_option_is_committed(name):
    assert faults(read(name)) == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.org/simple",
        "-i example.org/simple",
        "--extra-index-url=mirror",
        "--find-links wheels",
        "-f wheels",
        "numpy @ file:///wheels/numpy.whl",
        "numpy @ git+ssh://example.org/numpy",
        "    # via -r /home/someone/requirements.in",
        "-e /srv/project",
        "-e ../project",
        r"-r C:\project\requirements.in",
        'url = "//example.org/simple"',
        "# uv pip compile --output-file ~/requirements.lock",
    ],
)
def test_the_search_for_addresses_would_find_each_kind(line):
    assert faults(line) == [line]


@pytest.mark.parametrize("name", LOCKS)
def test_every_lock_entry_is_one_exact_version_with_a_hash(name):
    entries = re.split(r"\n(?=[A-Za-z0-9])", read(name).strip())
    assert len(entries) == len(pins(read(name)))
    for entry in entries:
        first, *rest = entry.splitlines()
        assert re.match(r"^[a-z0-9-]+==[^\s;*]+( ; .+)? \\$", first), first
        assert rest, first
        for line in rest:
            assert re.match(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$", line), f"{first}: {line}"


def test_constraints_are_the_lock_without_hashes():
    lock, constraints = pins(read("requirements.lock")), pins(read("constraints.txt"))
    assert {name: str(pin) for name, pin in constraints.items()} == {n: str(pin) for n, pin in lock.items()}
    assert "--hash" not in read("constraints.txt")


@pytest.mark.parametrize("requirement", direct_dependencies(), ids=lambda requirement: requirement.name)
def test_the_lock_satisfies_each_direct_dependency(requirement):
    pin = pins(read("requirements.lock"))[canonicalize_name(requirement.name)]
    (exact,) = pin.specifier
    assert pin.marker is None, f"{pin} is not locked for every Python and system"
    assert exact.operator == "=="
    assert requirement.specifier.contains(exact.version)


def test_the_lock_of_audit_and_fuzzing_holds_its_tools_and_agrees_with_the_other():
    own, common = pins(read("trust.lock")), pins(read("requirements.lock"))
    for requirement in map(Requirement, PROJECT["dependency-groups"]["trust"]):
        (exact,) = own[canonicalize_name(requirement.name)].specifier
        assert requirement.specifier.contains(exact.version)
    assert {name: own[name].specifier for name in own.keys() & common.keys()} == {
        name: common[name].specifier for name in own.keys() & common.keys()
    }


@pytest.mark.parametrize("target", ["test", "fuzz", "audit"])
def test_a_checkout_with_whatever_times_locks_nothing_anew(target):
    touched = [f"--what-if={name}" for name in ("pyproject.toml", "requirements.lock", "constraints.txt")]
    planned = subprocess.run(
        ["make", "--dry-run", *touched, target], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert "pip" in planned  # what is installed is compared with the lock
    assert "pip compile" not in planned


@pytest.mark.parametrize("requirement", direct_dependencies(), ids=lambda requirement: requirement.name)
def test_each_direct_dependency_says_what_range_it_needs(requirement):
    assert any(part.operator in ("<", "==", "~=") for part in requirement.specifier), requirement


def test_versions_with_published_holes_stay_out():
    lock = pins(read("requirements.lock"))
    for name, first_mended in {"jupyter-server": "2.20.0", "nbconvert": "7.17.1"}.items():
        (exact,) = lock[name].specifier
        assert SpecifierSet(f">={first_mended}").contains(exact.version)
        (declared,) = (each for each in direct_dependencies() if each.name == name)
        assert not declared.specifier.contains("2.19.9" if name == "jupyter-server" else "7.17.0")


def test_ibis_keeps_the_sqlglot_that_it_works_with():
    (declared,) = (each for each in direct_dependencies() if each.name == "sqlglot")
    assert not declared.specifier.contains("30.18.0")


def test_uv_and_its_build_backend_move_together():
    (uv,) = (each for each in direct_dependencies() if each.name == "uv")
    (backend,) = (Requirement(text) for text in PROJECT["build-system"]["requires"])
    assert backend.name == "uv_build"
    assert backend.specifier == uv.specifier


def test_conda_installs_the_same_set_on_a_python_that_the_project_supports():
    assert CONDA["name"] == PROJECT["project"]["name"]
    python, pip, through_pip = CONDA["dependencies"]
    assert pip == "pip"
    assert through_pip == {"pip": ["-c constraints.txt", "-e .[dev]"]}
    extras = PROJECT["project"]["optional-dependencies"]
    assert all(set(extra) <= set(extras["dev"]) for extra in extras.values())
    name, version = python.split("=")
    supported = SpecifierSet(PROJECT["project"]["requires-python"])
    assert name == "python"
    assert supported.contains(f"{version}.0")
    assert str(supported) == f">={version}", "conda's Python is the oldest that the project supports"


def test_tools_check_for_the_oldest_supported_python():
    oldest = str(SpecifierSet(PROJECT["project"]["requires-python"])).removeprefix(">=")
    assert PROJECT["tool"]["mypy"]["python_version"] == oldest
    assert PROJECT["tool"]["ruff"]["target-version"] == f"py{oldest.replace('.', '')}"


def test_what_is_installed_here_is_what_the_lock_says():
    lock = pins(read("requirements.lock"))
    here = {canonicalize_name(each.metadata["Name"]): each.version for each in distributions()}
    needed = {name: pin for name, pin in lock.items() if pin.marker is None or pin.marker.evaluate()}
    differing = {
        n: (here.get(n), str(pin))
        for n, pin in needed.items()
        if not pin.specifier.contains(here.get(n, "0"))
    }
    assert differing == {}


def test_uv_lock_stays_out_of_the_repository():
    # it records the addresses of the index in use
    assert "uv.lock" in read(".gitignore").splitlines()
