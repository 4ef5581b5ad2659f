// SPDX-FileCopyrightText: 2026, Supervisor Fleet contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// For pages with many processes: search, filter by state, one line for a program on all its hosts, and actions for many.
// What was chosen stays while the page refreshes, and after it was loaded again.
(function () {
  "use strict";
  var ACTIONS = { start: "btn-success", stop: "btn-inverse", restart: "btn-primary" };
  var LABELS = { RUNNING: "success", STARTING: "info", FATAL: "important", STOPPED: "inverse" };
  var WELL = ["RUNNING", "STARTING", "STOPPED"];
  var AT_MOST = 5000; // of one request, as in FleetControl.php
  var place = document.getElementById("page");
  var chosen = new Map();
  var opened = new Set();
  var kept = {};
  try {
    kept = JSON.parse(sessionStorage.getItem("fleet")) || {};
  } catch (error) {
    kept = {};
  }

  function keep() {
    kept = { search: search.value, state: state.value, programs: programs.checked };
    sessionStorage.setItem("fleet", JSON.stringify(kept));
    show();
  }

  function rows() {
    return Array.from(place.querySelectorAll("tr[data-process]"));
  }

  function target(row) {
    return [row.dataset.server, row.dataset.process];
  }

  function key(row) {
    return JSON.stringify(target(row));
  }

  // Numbered processes of one program belong together; those of a group that somebody made of several programs do not.
  function program(row) {
    var parts = row.dataset.process.split(":");
    var rest = parts.length === 2 && parts[1].indexOf(parts[0]) === 0 ? parts[1].slice(parts[0].length) : "";
    var numbered = parts.length === 2 && (/^[0-9]+$/.test(parts[1]) || /^[-_.][0-9]+$/.test(rest));
    return numbered ? parts[0] : row.dataset.process;
  }

  function matches(row) {
    var wanted = search.value.trim().toLowerCase();
    var fits = (row.dataset.process + " " + row.dataset.server).toLowerCase().indexOf(wanted) >= 0;
    var is = row.dataset.state;
    return fits && (!state.value || state.value === is || (state.value === "problems" && WELL.indexOf(is) < 0));
  }

  function wanted() {
    return rows().filter(matches);
  }

  // ---- actions for many

  function act(action, targets) {
    var hosts = new Set(targets.map((target) => target[0])).size;
    var many = targets.length + (targets.length === 1 ? " process" : " processes") + " on " + hosts + (hosts === 1 ? " host" : " hosts");
    var way = slowly.checked && hosts > 1 ? ", one host after the other" : "";
    if (!way && targets.length > AT_MOST) {
      fleet.notice(action + ": these are " + many + ", and at most " + AT_MOST + " can be acted on at once. Nothing was done.", "alert-error");
      return;
    }
    if (!window.confirm(action + " " + many + way + "?")) {
      return;
    }
    if (way) {
      inTurn(action, targets);
    } else {
      fleet.send(action, targets);
    }
  }

  // One host after the other; a host where it does not go well is the last one.
  function inTurn(action, targets) {
    var left = targets.slice();
    var results = [];
    function next() {
      var host = left.length ? left[0][0] : null;
      var now = left.filter((target) => target[0] === host);
      left = left.filter((target) => target[0] !== host);
      return now.length === 0
        ? undefined
        : fleet.send(action, now, results).then(function (well) {
            if (well) {
              return next();
            }
            if (left.length) {
              fleet.more("Stopped here; not touched: " + left.length + " more.");
            }
          });
    }
    return next();
  }

  // The label is for who hears the page: of many equal buttons it says which.
  function buttons(about, targets) {
    return Object.keys(ACTIONS).map(function (action) {
      var made = fleet.button(action, ACTIONS[action] + " fleet-" + action, function () {
        act(action, targets());
      });
      made.setAttribute("aria-label", action + " " + about);
      return made;
    });
  }

  // ---- the tools above the boxes

  function field(tag, properties, label) {
    var made = fleet.make(tag, properties);
    made.setAttribute("aria-label", label);
    return made;
  }

  var search = field("input", { type: "search", id: "fleet-search", className: "input-medium", placeholder: "program or host" }, "search");
  var state = field("select", { id: "fleet-state", className: "input-medium" }, "state");
  [["", "all states"], ["problems", "problems"]]
    .concat(["RUNNING", "STARTING", "BACKOFF", "STOPPING", "STOPPED", "EXITED", "FATAL", "UNKNOWN"].map((name) => [name, name]))
    .forEach(function (pair) {
      state.appendChild(fleet.make("option", { value: pair[0], textContent: pair[1] }));
    });
  var programs = fleet.make("input", { type: "checkbox", id: "fleet-programs" });
  var slowly = fleet.make("input", { type: "checkbox", id: "fleet-slowly" });
  var count = fleet.make("span", { className: "muted", id: "fleet-count" });
  search.value = kept.search || "";
  state.value = kept.state || "";
  programs.checked = Boolean(kept.programs);
  search.addEventListener("input", keep);
  state.addEventListener("change", keep);
  programs.addEventListener("change", keep);
  var all = fleet.button("select shown", "", function () {
    wanted().forEach(function (row) {
      chosen.set(key(row), target(row));
    });
    show();
  });
  var table = fleet.make("tbody");
  var lines = fleet.make("table", { className: "table table-bordered table-condensed table-striped fleet", id: "fleet-lines" }, [table]);
  var tools = fleet.make("div", { id: "fleet-tools", className: "container form-inline" }, [
    search,
    " ",
    state,
    " ",
    fleet.make("label", { className: "checkbox inline" }, [programs, "by program"]),
    " ",
    all,
    " ",
    count,
    lines,
  ]);
  place.parentNode.insertBefore(tools, place);

  var number = fleet.make("b");
  var bar = fleet.make(
    "div",
    { id: "fleet-bar", className: "alert alert-info", hidden: true },
    [number, " selected "].concat(
      buttons("selected", () => Array.from(chosen.values())),
      [
        fleet.make("label", { className: "checkbox inline" }, [slowly, "one host after the other, stop at the first failure"]),
        fleet.button("select none", "fleet-none", function () {
          chosen.clear();
          show();
        }),
      ]
    )
  );
  document.body.appendChild(bar);

  // ---- what is shown

  function check(box, members) {
    var on = members.filter((row) => chosen.has(key(row))).length;
    box.checked = on > 0 && on === members.length;
    box.indeterminate = on > 0 && on < members.length;
    box.onchange = function () {
      members.forEach(function (row) {
        if (box.checked) {
          chosen.set(key(row), target(row));
        } else {
          chosen.delete(key(row));
        }
      });
      show();
    };
    return box;
  }

  function box(name) {
    return field("input", { type: "checkbox", className: "fleet-check" }, "select " + name);
  }

  function label(name, text) {
    return fleet.make("span", { className: "label label-" + (LABELS[name] || "warning"), textContent: text });
  }

  // How many are in which state, such as 1 FATAL 11 RUNNING; what needs somebody comes first.
  function states(members) {
    var counts = new Map();
    members.forEach(function (row) {
      counts.set(row.dataset.state, (counts.get(row.dataset.state) || 0) + 1);
    });
    var nodes = [];
    Array.from(counts.keys())
      .sort((one, other) => WELL.indexOf(one) - WELL.indexOf(other))
      .forEach(function (name) {
        nodes.push(label(name, counts.get(name) + " " + name), " ");
      });
    return nodes;
  }

  function member(name, row) {
    var link = row.querySelector("a.log");
    var called = row.dataset.server + (row.dataset.process === name ? " " : " " + row.dataset.process + " ");
    var own = buttons(row.dataset.process + " on " + row.dataset.server, () => [target(row)]);
    var parts = [called, label(row.dataset.state, row.dataset.state), " "].concat(own);
    var item = fleet.make("li", {}, parts);
    item.dataset.server = row.dataset.server;
    item.dataset.process = row.dataset.process;
    item.dataset.streams = row.dataset.streams;
    if (link) {
      item.appendChild(link.cloneNode(true));
    }
    return item;
  }

  function line(name, members) {
    var hosts = Array.from(new Set(members.map((row) => row.dataset.server)));
    var list = fleet.make("ul", { className: "unstyled" });
    var more = fleet.make("details", { open: opened.has(name) }, [
      fleet.make("summary", { textContent: hosts.length === 1 ? hosts[0] : hosts.length + " hosts" }),
      list,
    ]);
    function fill() {
      list.replaceChildren.apply(list, more.open ? members.map((row) => member(name, row)) : []);
    }
    more.addEventListener("toggle", function () {
      opened[more.open ? "add" : "delete"](name);
      fill();
    });
    fill();
    var cells = [[check(box(name), members), " " + name], states(members), [more], buttons(name, () => members.map(target))];
    var made = fleet.make(
      "tr",
      {},
      cells.map((content) => fleet.make("td", {}, content))
    );
    made.dataset.program = name;
    return made;
  }

  function showPrograms(shown) {
    var groups = new Map();
    shown.forEach(function (row) {
      var name = program(row);
      if (!groups.has(name)) {
        groups.set(name, []);
      }
      groups.get(name).push(row);
    });
    var names = Array.from(groups.keys()).sort();
    table.replaceChildren.apply(
      table,
      names.map((name) => line(name, groups.get(name)))
    );
  }

  function showHosts(shown) {
    var visible = new Set(shown);
    var narrowed = Boolean(search.value.trim() || state.value);
    rows().forEach(function (row) {
      var first = row.querySelector("td");
      var mark = first.querySelector(".fleet-check") || first.insertBefore(box(row.dataset.process), first.firstChild);
      check(mark, [row]);
      row.hidden = !visible.has(row);
    });
    place.querySelectorAll("[data-box]").forEach(function (one) {
      one.hidden = narrowed && !one.querySelector("tr[data-process]:not([hidden])") && !(state.value === "problems" && one.querySelector(".rpc-error"));
    });
  }

  function show() {
    var shown = wanted();
    lines.hidden = !programs.checked;
    place.hidden = programs.checked;
    if (programs.checked) {
      fleet.keepFocus(() => showPrograms(shown));
    } else {
      showHosts(shown);
    }
    var lost = place.querySelectorAll(".rpc-error").length;
    count.textContent = shown.length + " of " + rows().length + " processes" + (lost ? ", " + lost + (lost === 1 ? " host does" : " hosts do") + " not answer" : "");
    number.textContent = chosen.size;
    bar.hidden = chosen.size === 0;
  }

  fleet.onPage(function () {
    // What is no longer there cannot be selected.
    var there = new Set(rows().map(key));
    Array.from(chosen.keys()).forEach(function (one) {
      if (!there.has(one)) {
        chosen.delete(one);
      }
    });
    show();
  });
})();
