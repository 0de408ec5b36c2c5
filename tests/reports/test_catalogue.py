"""Each figure is explained, in the catalogue and in docs/figures.md."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from reports.figures.catalogue import FIGURES, MASKS
from samenhier.notifications import sweeps
from samenhier.notifications.models import Heartbeat

from . import town as past

DOCS = Path(__file__).resolve().parents[2] / "docs" / "figures.md"


def test_every_figure_is_documented_with_its_mask():
    rows = [line for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    for figure in FIGURES:
        row = next(line for line in rows if f"`{figure.code}`" in line.split("|")[1])
        assert row.split("|")[-2].strip() == figure.mask.value
        assert MASKS[figure.mask]


@pytest.mark.django_db
def test_the_sweep_runs_by_name_and_leaves_a_heartbeat(busy, today):
    assert sweeps.run("reports") == 4 + 4
    assert Heartbeat.objects.get(name="reports").last_success


@pytest.mark.django_db
def test_the_command_makes_figures_afresh(busy, today, capsys):
    sweeps.run("reports")
    past.pairs(busy, 1, "2026-05-10")
    call_command("make_figures_afresh", "zwolle", reason="import")
    assert "6 months made" in capsys.readouterr().out
    with pytest.raises(CommandError, match="nergens"):
        call_command("make_figures_afresh", "nergens", reason="x")
