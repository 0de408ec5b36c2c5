"""The package stands alone: its example runs, and it loads neither Django nor anything of ours."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import matches.engine as engine

ENGINE = Path(engine.__file__).parent


def test_the_example_of_the_readme_runs():
    (code,) = re.findall(r"```python\n(.*?)```", (ENGINE / "README.md").read_text(), re.DOTALL)
    variables: dict[str, object] = {}
    exec(compile(code, "README.md", "exec"), variables)
    assert variables["result"].placed == 2


def test_importing_the_engine_loads_no_django():
    code = (
        "import sys, matches.engine, matches.engine.invented\n"
        "ours = ('django', 'samenhier', 'groups', 'newcomers', 'municipalities', 'reports', 'matches')\n"
        "loaded = [m for m in sys.modules if m.split('.')[0] in ours]\n"
        "bad = [m for m in loaded if m != 'matches' and not m.startswith('matches.engine')]\n"
        "sys.exit(' '.join(bad) or 0)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ENGINE.parents[1], capture_output=True, text=True, check=False
    )
    assert found.stderr == ""
    assert found.returncode == 0


def test_everything_public_is_named_once_and_exists():
    assert len(set(engine.__all__)) == len(engine.__all__)
    assert all(hasattr(engine, name) for name in engine.__all__)
    assert engine.solver_version().startswith("scipy")
    assert engine.RULES_VERSION


@pytest.mark.parametrize(
    "name",
    [
        "Pool",
        "solve",
        "check",
        "price",
        "forbid",
        "prices_of_household",
        "prices_of_group",
        "unmatched",
        "marginals",
        "highest_floor",
    ],
)
def test_what_rests_on_somebody_elses_method_says_whose(name):
    assert "Source:" in getattr(engine, name).__doc__


def test_no_file_is_longer_than_400_lines():
    assert all(len(path.read_text().splitlines()) < 400 for path in ENGINE.glob("*.py"))
