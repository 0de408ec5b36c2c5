"""What can be said of the containers without an engine to run them."""

from __future__ import annotations

import re
import shutil
import subprocess
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from samenhier.services.run import ROOT

COMPOSE_FILE = ROOT / "docker-compose.yml"
COMPOSE = yaml.safe_load(COMPOSE_FILE.read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name for name, service in SERVICES.items() if str(service["image"]).startswith("samenhier")}
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
EXAMPLE = (ROOT / ".env.example").read_text()
DECLARED = dict(re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE, flags=re.MULTILINE))
# Names whose values nobody else may know.
SECRET = re.compile(r"SECRET|KEY|PASSWORD|TOKEN")


def instructions(name: str) -> list[str]:
    return [
        line[len(name) :].strip() for line in DOCKERFILE.splitlines() if line.strip().startswith(f"{name} ")
    ]


def test_the_house_is_complete() -> None:
    assert set(SERVICES) == {"web", "worker", "beat", "migrate", "postgres", "valkey", "mail"}
    assert {"web", "worker", "beat", "migrate", "mail"} == OURS
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert used == set(COMPOSE["volumes"])


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_each_is_watched_or_runs_once(name: str) -> None:
    service = SERVICES[name]
    if service["restart"] == "no":
        assert service["healthcheck"] == {"disable": True}
        waiting = [other for other in SERVICES.values() if name in other.get("depends_on", {})]
        assert waiting
        assert all(o["depends_on"][name]["condition"] == "service_completed_successfully" for o in waiting)
    else:
        assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
        assert {"interval", "timeout", "start_period"} <= set(service["healthcheck"])


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_each_image_has_a_version(name: str) -> None:
    _, _, tag = str(SERVICES[name]["image"]).rpartition(":")
    assert re.match(r"\d", tag), SERVICES[name]["image"]


@pytest.mark.parametrize("name", sorted(OURS))
def test_ours_may_do_little(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert "user" not in service  # the image's own, which is not root


def test_the_worker_can_be_scaled_and_only_the_web_is_reachable_from_this_machine_alone() -> None:
    assert not {"container_name", "ports", "hostname"} & set(SERVICES["worker"])
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:${PORT:-8000}:8000"]}


def test_every_variable_is_explained_in_the_example() -> None:
    used = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", COMPOSE_FILE.read_text()))
    assert used
    assert used - set(DECLARED) == set()


def test_every_setting_of_production_is_explained_and_reaches_the_containers() -> None:
    source = "".join(
        (ROOT / "samenhier" / "settings" / f"{name}.py").read_text() for name in ("base", "prod")
    )
    read = set(re.findall(r"""env\.\w+\(\s*["']([A-Z_]+)["']""", source)) - {"DEMO", "SAMENHIER_PRODUCTION"}
    assert len(read) > 10
    assert read - set(DECLARED) == set()
    for name in ("web", "worker", "beat", "migrate"):
        assert read - set(SERVICES[name]["environment"]) == set()


def test_no_secret_stands_in_the_files() -> None:
    for name, value in DECLARED.items():
        assert not (SECRET.search(name) and value), f"{name} has a value in .env.example"
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if SECRET.search(name):
                assert str(value).startswith("${"), name
                assert ":?" in str(value), f"{name} may be left out"
    for url in re.findall(r"\w+://[^\s\"']*@", COMPOSE_FILE.read_text()):
        assert re.search(r":\$\{[A-Z_]+:\?", url), url
    assert not re.findall(r"^(ENV|ARG)\s.*(SECRET|PASSWORD|MASTER_KEYS)", DOCKERFILE, flags=re.MULTILINE)
    assert not re.findall(r"(SECRET_KEY|MASTER_KEYS|PASSWORD)=[\"']?[A-Za-z0-9]", DOCKERFILE)


@pytest.mark.parametrize("name", sorted(OURS))
def test_commands_speak_of_modules_that_exist(name: str) -> None:
    service = SERVICES[name]
    stage = {"app": 0, "catcher": 1}[service["build"]["target"]]
    command = service.get("command") or yaml.safe_load(instructions("CMD")[stage])
    words = [str(word) for word in [*command, *service["healthcheck"].get("test", [])]]
    modules = [after for word, after in pairwise(words) if word == "-m"]
    modules += [m[1] for word in words if (m := re.search(r"(?:^|=)(samenhier[\w.]+):\w+$", word))]
    modules += [module for module in ("gunicorn", "celery") if words[0] == module]
    files = [word for word in words if word.endswith(".py")]
    assert modules or files
    assert [module for module in modules if find_spec(module) is None] == []
    assert [file for file in files if not (ROOT / file).is_file()] == []
    assert set(words[:1]) <= {"gunicorn", "celery", "python"}


def test_what_the_image_takes_exists_and_is_not_ignored() -> None:
    taken = [source for line in instructions("COPY") for source in line.split()[:-1]]
    assert len(taken) > 8
    assert [source for source in taken if not (ROOT / source).exists()] == []
    allowed = {
        line[1:].rstrip("/") for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    assert [source for source in taken if source.split("/")[0] not in allowed] == []


def test_every_package_of_ours_is_in_the_image() -> None:
    taken = {source for line in instructions("COPY") for source in line.split()[:-1]}
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert packages - taken == set()


def test_the_image_is_pinned_and_nobody_is_root_in_it() -> None:
    stages = instructions("FROM")
    assert re.match(r"python:3\.\d+-slim-\w+ AS app$", stages[0])
    assert all(stage.split()[0] == "app" for stage in stages[1:])
    parts = re.split(r"^FROM .*$", DOCKERFILE, flags=re.MULTILINE)[1:]
    users = [re.findall(r"^USER (\S+)", part, flags=re.MULTILINE) for part in parts]
    # The last stage is the first by another name.
    assert [stage[-1:] for stage in users] == [["10001:10001"], ["10001:10001"], []]
    assert DOCKERFILE.count("--require-hashes") == DOCKERFILE.count("pip install")


def test_the_catchers_lock_agrees_with_the_tests_own() -> None:
    everything = (ROOT / "requirements" / "dev.txt").read_text()
    pinned = re.findall(r"^([\w.-]+==\S+)", (ROOT / "requirements" / "catcher.txt").read_text(), re.MULTILINE)
    assert any(pin.startswith("aiosmtpd==") for pin in pinned)
    assert [pin for pin in pinned if f"\n{pin} " not in f"\n{everything}"] == []


def test_docker_itself_reads_it(tmp_path: Path) -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True).returncode != 0:
        pytest.skip("no docker compose here")
    environment = tmp_path / "env"
    filled = EXAMPLE
    for name, value in DECLARED.items():
        if not value:
            filled = filled.replace(f"\n{name}=\n", f"\n{name}=x\n")
    environment.write_text(filled)
    command = [
        docker,
        "compose",
        "--file",
        str(COMPOSE_FILE),
        "--env-file",
        str(environment),
        "config",
        "--quiet",
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert said.returncode == 0, said.stderr
