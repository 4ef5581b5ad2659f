# Copyright: (c) 2026, Supervisor Fleet contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The example rules for Prometheus and the example dashboard of Grafana use metrics and labels that there are."""

from __future__ import annotations

import itertools
import json
import pathlib
import re
import typing as t

import pytest
import yaml
from supervisord_fleet_alerts import metrics as _metrics

from ansible_collections.supervisord.fleet.plugins.module_utils._rpc import states as _states

ROOT = pathlib.Path(__file__).resolve().parents[2]
BOARD = json.loads((ROOT / "examples" / "grafana" / "supervisor.json").read_text(encoding="utf-8"))
GROUPS = yaml.safe_load((ROOT / "examples" / "prometheus" / "supervisor.rules.yml").read_text(encoding="utf-8"))[
    "groups"
]
RULES = [rule for group in GROUPS for rule in group["rules"]]
TARGETS = [target for panel in BOARD["panels"] for target in panel["targets"]]
EXPRESSIONS = [*(rule["expr"] for rule in RULES), *(target["expr"] for target in TARGETS)]
LABELS = {"host", "instance", "group", "name", "route", "severity", "file"}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_expressions_use_metrics_that_there_are(expression: str) -> None:
    names = re.findall(r"\b(?:supervisor|node)_\w+", expression)
    assert names
    assert set(names) <= {*_metrics.KNOWN, "node_textfile_mtime_seconds"}
    counters = {name for name in names if _metrics.KNOWN.get(name, ("gauge",))[0] == "counter"}
    assert all(f"increase({name}" in expression for name in counters)


def test_every_metric_that_tells_of_trouble_is_looked_at() -> None:
    used = " ".join(EXPRESSIONS)
    quiet = {
        "supervisor_process_start_time_seconds",
        "supervisor_process_exit_status",
        "supervisor_alerts_events_total",
    }
    quiet |= {"supervisor_alerts_events_lost_total", "supervisor_alerts_refused_total"}
    assert {name for name in _metrics.KNOWN if name not in used} == quiet


def test_texts_name_labels_that_there_are() -> None:
    texts = [rule["annotations"]["summary"] for rule in RULES]
    legends = [target["legendFormat"] for target in TARGETS]
    assert set(re.findall(r"\$labels\.(\w+)", " ".join(texts))) <= LABELS
    assert set(re.findall(r"{{(\w+)}}", " ".join(legends))) <= LABELS


def cells(panel: dict[str, t.Any]) -> set[tuple[int, int]]:
    """The cells of Grafana's grid that a panel takes."""
    at = panel["gridPos"]
    return set(itertools.product(range(at["x"], at["x"] + at["w"]), range(at["y"], at["y"] + at["h"])))


def test_panels_lie_beside_each_other_and_are_told_apart() -> None:
    panels = BOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len({panel["title"] for panel in panels}) == len(panels)
    assert all(not cells(one) & cells(other) for one, other in itertools.combinations(panels, 2))
    assert max(x for panel in panels for x, _y in cells(panel)) == 23


def test_states_have_the_names_that_supervisor_gives_them() -> None:
    (table,) = [panel for panel in BOARD["panels"] if panel["type"] == "table"]
    (mapping,) = table["fieldConfig"]["overrides"][0]["properties"][0]["value"]
    shown = {option["text"]: int(code) for code, option in mapping["options"].items()}
    assert shown == {word: code for word, code in _states.CODES.items() if word != "RUNNING"}
