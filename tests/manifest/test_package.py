"""The package: what Teams wants of it, and the same bytes each time."""

import io
import json
import zipfile

from manifest.package import contents, packed
from tests.manifest.sample import SAMPLE


def test_all_that_the_manifest_names_is_in_the_package_and_nothing_else() -> None:
    with zipfile.ZipFile(io.BytesIO(packed(contents(SAMPLE)))) as package:
        names = package.namelist()
        kept = json.loads(package.read("manifest.json"))

    languages = [each["file"] for each in SAMPLE["localizationInfo"]["additionalLanguages"]]
    assert sorted(names) == sorted(["manifest.json", *SAMPLE["icons"].values(), *languages])
    assert kept == SAMPLE


def test_the_same_app_is_the_same_bytes() -> None:
    assert packed(contents(SAMPLE)) == packed(contents(SAMPLE))
