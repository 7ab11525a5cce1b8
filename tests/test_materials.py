"""The bill of materials names every package that is installed, and comes out the same each time."""

from __future__ import annotations

import json

from tests.materials import bill
from tests.test_environment import PROJECT, pins, read


def test_every_package_of_the_lock_is_on_the_bill_with_version_and_hashes():
    listed = bill(read("requirements.lock"), PROJECT["project"])["components"]
    wanted = {
        name: str(pin.specifier).removeprefix("==") for name, pin in pins(read("requirements.lock")).items()
    }
    assert {one["name"]: one["version"] for one in listed} == wanted
    for one in listed:
        assert one["purl"] == one["bom-ref"] == f"pkg:pypi/{one['name']}@{one['version']}"
        assert one["externalReferences"][0]["hashes"], one["name"]


def test_the_same_lock_gives_the_same_bill_and_another_one_another_number():
    lock = read("requirements.lock")
    once, again = (json.dumps(bill(lock, PROJECT["project"])) for _ in range(2))
    assert once == again
    other = bill(lock.replace("==", "==1!", 1), PROJECT["project"])
    assert other["serialNumber"] != json.loads(once)["serialNumber"]
