"""docker-compose.yml speaks the program's language and is closed to other machines."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from kgtransfer.config import Settings

ROOT = Path(__file__).parent.parent.parent


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def test_its_variables_are_settings() -> None:
    names = set(re.findall(r"KGTRANSFER_\w+", (ROOT / "docker-compose.yml").read_text()))
    known = {f"KGTRANSFER_{name.upper()}" for name in Settings.model_fields}
    assert names
    assert names <= known


def test_its_store_is_one_that_the_program_understands() -> None:
    service = compose()["services"]["kgtransfer"]
    port = compose()["services"]["neo4j"]["ports"][0].split(":")[1]
    assert service["environment"]["KGTRANSFER_STORE"] == f"bolt://127.0.0.1:{port}"


def test_nothing_is_published_to_other_machines() -> None:
    services = compose()["services"]
    for service in services.values():
        for port in service.get("ports", []):
            assert str(port).startswith("127.0.0.1:"), port
    command = services["kgtransfer"]["command"]
    assert services["kgtransfer"]["network_mode"] == "host"
    assert command[command.index("--host") + 1] == "127.0.0.1"
