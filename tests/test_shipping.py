"""What ships Sparri: it fits the code that it ships. Whether Azure and Docker take it, only they can tell."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.app import build
from bot.config import Settings
from tests.test_house import HOUSE, files_of_the_project, pyproject, text_of

SETTINGS = {str(field.alias) for field in Settings.model_fields.values()}
#: Routes for those who run Sparri; the rest is for the world.
INSIDE = {"/healthz", "/readyz", "/metrics"}


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(text_of("compose.yaml"))
    return found


def test_the_image_has_every_room_and_no_root() -> None:
    lines = text_of("Dockerfile").splitlines()
    rooms = {name.partition(".")[0] for name in pyproject()["tool"]["setuptools"]["packages"]}

    assert {line.split()[1] for line in lines if line.startswith("COPY ") and len(line.split()) == 3} >= rooms
    assert {line.lstrip("!") for line in text_of(".dockerignore").splitlines()} >= rooms
    assert "USER 10001" in lines[lines.index("FROM python:3.13-slim") :]
    assert lines[-1] == 'CMD ["serve"]'
    assert any(line.startswith("HEALTHCHECK") for line in lines)


def test_two_replicas_share_a_database_and_the_keys_have_one_of_their_own() -> None:
    services = compose()["services"]
    sparri = services["sparri"]

    assert sparri["deploy"]["replicas"] == 2
    assert sparri["read_only"] is True
    assert set(sparri["environment"]) <= SETTINGS
    assert sparri["environment"]["DATABASE_URL"] != sparri["environment"]["KEYS_DATABASE_URL"]
    assert services["database"]["volumes"] != services["keys"]["volumes"]
    for database in ("database", "keys"):
        assert "--host=127.0.0.1" in services[database]["healthcheck"]["test"], (
            "a server that is being made is not ready"
        )
    assert services["upgrade"]["command"] == ["db", "upgrade"]
    assert sparri["depends_on"]["upgrade"]["condition"] == "service_completed_successfully"


def test_the_proxy_lets_through_what_is_for_the_world_and_nothing_else() -> None:
    (line,) = [line.split()[2:] for line in text_of("infra/Caddyfile").splitlines() if "@open path" in line]
    routes = {resource.canonical for resource in build(Settings()).router.resources()}

    world = {re.sub(r"\{.*\}$", "*", route) for route in routes - INSIDE}
    assert set(line) == world


def test_no_log_of_the_proxy_has_an_address_that_opens_a_file() -> None:
    lines = [line.strip() for line in text_of("infra/Caddyfile").splitlines()]

    assert lines[lines.index("format filter {") :][:4] == ["format filter {", "wrap json", "fields {", "request delete"]


def test_what_azure_is_told_fits_the_settings_and_itself() -> None:
    bicep = text_of("infra/main.bicep")

    named = set(re.findall(r"\{ name: '([A-Z_]+|MicrosoftApp\w+)'", bicep))
    of_the_proxy = set(re.findall(r"\{\$(\w+)", text_of("infra/Caddyfile")))
    assert named - SETTINGS == of_the_proxy
    assert "sslmode=require" in bicep, "pg_dump takes the address as it stands"
    assert {"MicrosoftAppId", "DATABASE_URL", "KEYS_DATABASE_URL", "SPARRI_MASTER_KEY"} <= named
    for opening, closing in ("{}", "[]", "()"):
        assert bicep.count(opening) == bicep.count(closing)
    declared = set(re.findall(r"^(?:param|var|resource) (\w+)", bicep, re.MULTILINE))
    for name in declared - {"app", "teams", "mainFromAzure", "keysFromAzure"}:
        assert len(re.findall(rf"\b{name}\b", bicep)) > 1, f"{name} is declared and not used"
    secrets = set(re.findall(r"\{ name: '([a-z-]+)', (?:keyVaultUrl|value: load)", bicep))
    assert set(re.findall(r"secretRef: '([a-z-]+)'", bicep)) == secrets


def test_the_toolkit_names_what_the_template_takes_and_gives() -> None:
    steps: dict[str, Any] = yaml.safe_load(text_of("m365agents.yml"))
    parameters = json.loads(text_of("infra/main.parameters.json"))["parameters"]
    bicep = text_of("infra/main.bicep")

    assert parameters.keys() <= set(re.findall(r"^param (\w+)", bicep, re.MULTILINE))
    required = set(re.findall(r"^param (\w+) \w+$", bicep, re.MULTILINE))
    assert required <= parameters.keys()
    assert re.findall(r"^output (\w+)", bicep, re.MULTILINE)[0] == "BOT_ID"
    assert [step["uses"] for step in steps["provision"]][:2] == ["teamsApp/create", "arm/deploy"]
    for template in steps["provision"][1]["with"]["templates"]:
        assert (HOUSE / template["path"]).is_file()
        assert (HOUSE / template["parameters"]).is_file()


def test_each_value_that_the_toolkit_needs_is_named_or_made_by_it() -> None:
    toolkit, bicep = text_of("m365agents.yml"), text_of("infra/main.bicep")
    said = {
        name
        for line in toolkit.splitlines()
        if line.startswith("#")
        for name in re.findall(r"[A-Z]+(?:_[A-Z]+)+", line)
    }

    wanted = set(re.findall(r"\$\{\{(\w+)\}\}", toolkit + text_of("infra/main.parameters.json")))

    made = {*re.findall(r"^output (\w+)", bicep, re.MULTILINE), *re.findall(r"Id: ([A-Z_]+)$", toolkit, re.MULTILINE)}
    assert wanted - made - {"TEAMSFX_ENV"} == said


def test_the_toolkit_packs_the_app_in_a_folder_that_was_not_there(tmp_path: Path) -> None:
    steps: dict[str, Any] = yaml.safe_load(text_of("m365agents.yml"))
    (script,) = [step["with"]["run"] for step in steps["provision"] if step["uses"] == "script"]
    address = "https://ministry.example/sparri"
    given = {"BOT_ID": "11111111-2222-3333-4444-555555555555", "APP_DEVELOPER_NAME": "Ministry of Examples"}
    filled = re.sub(r"\$\{\{(\w+)\}\}", lambda gap: given.get(gap[1], address if "URL" in gap[1] else ""), script)
    here = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": str(HOUSE)}

    done = subprocess.run(["bash", "-c", filled], cwd=tmp_path, env=here, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "build").glob("*.zip"))) == 1


def test_what_is_installed_has_its_texts_pages_pictures_and_migrations(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    for path in files_of_the_project():
        copy = source / path.relative_to(HOUSE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), str(source)]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    if done.returncode and not os.environ.get("CI"):
        pytest.skip("what builds a package cannot be had here")
    assert done.returncode == 0, done.stderr

    kinds = ("*.toml", "*.html", "*.png", "*.py", "*.css", "*.js", "*.json", "*.mako")
    for room in {name.partition(".")[0] for name in pyproject()["tool"]["setuptools"]["packages"]}:
        files = {path.relative_to(source) for kind in kinds for path in (source / room).rglob(kind)}
        missing = {str(path) for path in files if not (target / path).is_file()}
        assert not missing, room
