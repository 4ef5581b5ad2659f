// SPDX-FileCopyrightText: 2026, Supervisor Fleet contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// A panel at the bottom of the window: the end of a log, or who did what. It stays while the page refreshes.
(function () {
  "use strict";
  var LENGTHS = { "1 kB": 1000, "10 kB": 10000, "100 kB": 100000, "1 MB": 1000000 };
  var LIVE_SECONDS = 2;
  var panel = null;
  var timer = null;
  var opener = null;

  function close() {
    clearInterval(timer);
    if (panel) {
      var inside = panel.contains(document.activeElement);
      panel.remove();
      panel = null;
      if (inside && opener.isConnected) {
        opener.focus({ preventScroll: true });
      }
    }
    document.body.classList.remove("fleet-with-panel");
  }

  function open(title, tools) {
    close();
    opener = document.activeElement;
    var body = fleet.make("div", { className: "fleet-panel-body" });
    var head = [fleet.make("b", { textContent: title })].concat(tools, [fleet.button("close", "", close)]);
    panel = fleet.make("div", { className: "fleet-panel" }, [fleet.make("div", { className: "fleet-panel-head" }, head), body]);
    panel.tabIndex = -1;
    panel.setAttribute("role", "region");
    panel.setAttribute("aria-label", title);
    panel.addEventListener("keydown", function (event) {
      // In a field with a text the key empties it.
      if (event.key === "Escape" && !(event.target.type === "search" && event.target.value)) {
        close();
      }
    });
    document.body.appendChild(panel);
    panel.focus({ preventScroll: true });
    document.body.classList.add("fleet-with-panel");
    return body;
  }

  function searchField(act) {
    var field = fleet.make("input", { type: "search", className: "input-medium", placeholder: "search" });
    field.setAttribute("aria-label", "search");
    field.addEventListener("input", act);
    return field;
  }

  function select(label, values, chosen, act) {
    var made = fleet.make("select", { className: "input-small" });
    made.setAttribute("aria-label", label);
    Object.keys(values).forEach(function (name) {
      made.appendChild(fleet.make("option", { textContent: name, value: values[name], selected: values[name] === chosen }));
    });
    made.addEventListener("change", act);
    return made;
  }

  // The lines with a text, and the text in them marked. A long log may hold it more often than a call has arguments.
  function found(text, wanted) {
    var lines = text.split("\n").filter(function (line) {
      return line.toLowerCase().indexOf(wanted) >= 0;
    });
    var nodes = document.createDocumentFragment();
    lines.forEach(function (line) {
      var rest = line;
      var at = rest.toLowerCase().indexOf(wanted);
      while (at >= 0) {
        nodes.append(rest.slice(0, at), fleet.make("mark", { textContent: rest.slice(at, at + wanted.length) }));
        rest = rest.slice(at + wanted.length);
        at = rest.toLowerCase().indexOf(wanted);
      }
      nodes.append(rest + "\n");
    });
    return { count: lines.length, nodes: nodes };
  }

  function showLog(row) {
    var server = row.dataset.server;
    var process = row.dataset.process;
    var streams = {};
    row.dataset.streams.split(" ").forEach(function (stream) {
      streams[stream] = stream;
    });
    var text = "";
    var asked = 0;
    var answered = 0;
    var stream = select("log", streams, row.dataset.streams.split(" ")[0], load);
    var length = select("length", LENGTHS, 10000, load);
    var search = searchField(show);
    var live = fleet.make("input", { type: "checkbox" });
    var count = fleet.make("span", { className: "muted" });
    var log = fleet.make("pre");
    var body = open(process + " on " + server, [
      stream,
      length,
      search,
      fleet.make("label", { className: "checkbox inline" }, [live, "live"]),
      fleet.button("reload", "", load),
      count,
    ]);
    body.appendChild(log);

    function show() {
      var wanted = search.value.toLowerCase();
      var atEnd = body.scrollTop + body.clientHeight >= body.scrollHeight - 5;
      var result = wanted ? found(text, wanted) : { nodes: text };
      log.replaceChildren(result.nodes);
      count.textContent = wanted ? result.count + " lines" : "";
      if (atEnd) {
        body.scrollTop = body.scrollHeight;
      }
    }

    function load() {
      asked += 1;
      var mine = asked;
      var names = [stream.value, length.value, server, process].map(encodeURIComponent);
      return fleet
        .get("ask/log/" + names.join("/"))
        .catch(function (error) {
          return error.message;
        })
        .then(function (answer) {
          // Another log may have been chosen since, and its answer may have come sooner.
          answered = Math.max(answered, mine);
          if (mine === asked && answer !== text && log.isConnected) {
            text = answer;
            show();
          }
        });
    }

    live.addEventListener("change", function () {
      clearInterval(timer);
      if (live.checked) {
        // A daemon that takes longer than that is not asked again before it has answered, or none of its answers would be shown.
        timer = setInterval(function () {
          if (answered === asked) {
            load();
          }
        }, LIVE_SECONDS * 1000);
      }
    });
    load().then(function () {
      body.scrollTop = body.scrollHeight;
    });
  }

  var COLUMNS = ["time", "user", "address", "action", "server", "process", "result"];

  function line(entry) {
    var cells = COLUMNS.map(function (name) {
      return fleet.make("td", { textContent: entry[name] });
    });
    return fleet.make("tr", { className: entry.result === "done" ? "" : "error" }, cells);
  }

  function parsed(text) {
    return text.split("\n").reduce(function (entries, one) {
      try {
        return one ? [JSON.parse(one)].concat(entries) : entries;
      } catch (error) {
        return entries;
      }
    }, []);
  }

  function showActivity() {
    var entries = [];
    var rows = fleet.make("tbody");
    var search = searchField(show);
    var body = open("Activity", [search, fleet.button("reload", "", load)]);
    var heads = COLUMNS.map(function (name) {
      return fleet.make("th", { textContent: name });
    });
    body.appendChild(
      fleet.make("table", { className: "table table-condensed fleet fleet-activity" }, [fleet.make("thead", {}, [fleet.make("tr", {}, heads)]), rows])
    );

    function show() {
      var wanted = search.value.toLowerCase();
      var shown = entries.filter(function (entry) {
        return JSON.stringify(Object.values(entry)).toLowerCase().indexOf(wanted) >= 0;
      });
      rows.replaceChildren.apply(rows, shown.map(line));
    }

    function load() {
      fleet.get("ask/activity").then(
        function (text) {
          entries = parsed(text);
          show();
        },
        function (error) {
          fleet.notice("Activity: " + error.message, "alert-error");
        }
      );
    }

    load();
  }

  fleet.onClick("a.log", function (link) {
    showLog(link.closest("[data-process]"));
  });
  fleet.onClick("a.activity", showActivity);
})();
