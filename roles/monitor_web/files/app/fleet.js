// SPDX-FileCopyrightText: 2026, Supervisor Fleet contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The page's scripts are files of their own: the content security policy then need not allow any script inside the page.
// Whatever a daemon said becomes text of an element or the value of a field, never HTML.
// This one refreshes the page in its place, presses the buttons, and shows the standard error logs; without it all buttons
// work as forms. The others stand on what it offers as "fleet".
var fleet = (function () {
  "use strict";
  var options = document.getElementById("fleet").dataset;
  var base = options.base || "/";
  var counter = document.getElementById("refresh");
  var seconds = parseInt(options.refresh, 10) || 0;
  var left = seconds;
  var timer = null;
  var listeners = [];
  var asked = 0;

  function make(tag, properties, children) {
    var element = Object.assign(document.createElement(tag), properties);
    (children || []).forEach(function (child) {
      element.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
    });
    return element;
  }

  function button(text, look, act) {
    var made = make("button", { type: "button", className: "btn btn-mini " + look, textContent: text });
    made.addEventListener("click", act);
    return made;
  }

  // A word at the top, until the next one or until it is closed.
  function notice(text, look) {
    var old = document.getElementById("fleet-notice");
    var made = make("div", { id: "fleet-notice", className: "alert " + (look || "") });
    made.setAttribute("role", look === "alert-error" ? "alert" : "status");
    var cross = button("×", "pull-right", function () {
      made.remove();
    });
    cross.setAttribute("aria-label", "close");
    made.appendChild(cross);
    made.appendChild(make("span", { textContent: text }));
    if (old) {
      old.remove();
    }
    document.body.appendChild(made);
  }

  // One more line of the word at the top: what became of an action stays to be read.
  function more(text) {
    var said = document.querySelector("#fleet-notice span");
    if (said) {
      said.textContent += "\n" + text;
    } else {
      notice(text, "alert-error");
    }
  }

  // What tells an element from all others, also when the page has replaced it by its like.
  function sign(element) {
    var place = element.closest("[data-process], [data-program]");
    var about = place ? [place.tagName, place.dataset.server, place.dataset.process, place.dataset.program] : [];
    return JSON.stringify(about.concat(["formaction", "href", "aria-label"].map((name) => element.getAttribute(name))));
  }

  // Who works with the keyboard goes on where he was.
  function keepFocus(act) {
    var had = document.activeElement;
    var wanted = had ? sign(had) : "";
    act();
    if (had && !had.isConnected) {
      var like = Array.from(document.querySelectorAll(had.tagName)).find((one) => sign(one) === wanted);
      if (like) {
        like.focus({ preventScroll: true });
      }
    }
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    counter.textContent = "(p)";
  }

  function start() {
    if (seconds > 0 && timer === null) {
      timer = setInterval(tick, 1000);
    }
  }

  function tick() {
    left -= 1;
    counter.textContent = "(" + left + ")";
    if (left <= 0) {
      refresh();
    }
  }

  function asText(answer) {
    return answer.text().then(function (text) {
      if (!answer.ok) {
        throw new Error(text.trim().slice(0, 1000) || "the answer was " + answer.status);
      }
      return text;
    });
  }

  function get(address) {
    return fetch(base + address, { cache: "no-store" }).then(asText);
  }

  // Only what is new takes the place of what was: the scroll position, fields, panels and choices stay.
  function renew() {
    left = seconds;
    asked += 1;
    var mine = asked;
    return get("").then(function (text) {
      // What was asked for later is newer, also if it came sooner.
      if (mine !== asked) {
        return;
      }
      var fresh = new DOMParser().parseFromString(text, "text/html");
      var place = document.getElementById("page");
      var content = fresh.getElementById("page");
      var title = fresh.title;
      if (!content) {
        throw new Error("the answer is not the page");
      }
      keepFocus(function () {
        place.replaceChildren.apply(place, Array.from(content.childNodes));
        tell();
      });
      document.title = title;
    });
  }

  function stale(error) {
    return "The page could not be refreshed: " + error.message;
  }

  function refresh() {
    return renew().catch(function (error) {
      notice(stale(error), "alert-error");
    });
  }

  function tell() {
    listeners.forEach(function (listener) {
      listener();
    });
  }

  function named(target) {
    return target[1] ? target[1] + " on " + target[0] : target[0];
  }

  function outcome(action, results) {
    var failed = results.filter(function (result) {
      return result[2] !== null;
    });
    var lines = failed.map(function (result) {
      return named(result) + ": " + result[2];
    });
    var done = results.length - failed.length;
    notice([action + ": " + done + " done" + (failed.length ? ", " + failed.length + " failed" : "")].concat(lines).join("\n"),
      failed.length ? "alert-error" : "alert-success");
    return failed.length === 0;
  }

  // Do it and show the result, with those of the same action that were before: they are in "results", which this adds to.
  // The promise says whether all went well.
  function send(action, targets, results) {
    var all = results || [];
    notice(action + ": " + (targets.length === 1 ? named(targets[0]) : targets.length + " processes") + " ...", "alert-info");
    return fetch(base + "control/many", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ action: action, targets: targets }),
    })
      .then(asText)
      .then(function (text) {
        JSON.parse(text).results.forEach((result) => all.push(result));
        return outcome(action, all);
      })
      .catch(function (error) {
        notice(action + ": " + (all.length ? all.length + " done, then: " : "") + error.message, "alert-error");
        return false;
      })
      .then(function (well) {
        return renew()
          .catch((error) => more(stale(error)))
          .then(() => well);
      });
  }

  function ticket(link) {
    var fields = {
      "issue[subject]": link.dataset.subject,
      "issue[description]": link.dataset.message,
      "issue[assigned_to_id]": options.redmineAssignee,
    };
    var form = make("form", { method: "get", action: options.redmineUrl, target: "_blank", className: "pull-left" });
    Object.keys(fields).forEach(function (name) {
      form.appendChild(make("input", { type: "hidden", name: name, value: fields[name] }));
    });
    form.appendChild(make("button", { className: "btn btn-small btn-inverse", textContent: "Start New Ticket" }));
    return form;
  }

  function popup(link) {
    var ok = make("button", { type: "button", className: "btn btn-small btn-primary", textContent: "ok" });
    var clear = make("button", { type: "submit", className: "btn btn-small btn-danger", textContent: "Clear" });
    clear.setAttribute("form", "control");
    clear.setAttribute("formaction", link.getAttribute("href"));
    ok.addEventListener("click", function () {
      close(link);
    });
    clear.addEventListener("click", function () {
      setTimeout(close, 0, link);
    });
    var buttons = make("div", { className: "pull-right" }, [ok, " ", clear]);
    var content = make("div", { className: "popover-content" }, [
      make("pre", { className: "well", textContent: link.dataset.message }),
    ]);
    if (options.redmineUrl) {
      content.appendChild(ticket(link));
    }
    content.appendChild(buttons);
    var box = make("div", { className: "popover bottom in" }, [
      make("h3", { className: "popover-title", textContent: link.dataset.subject }),
      content,
    ]);
    var place = link.getBoundingClientRect();
    box.style.cssText = "display: block; width: min(450px, calc(100vw - 20px)); overflow: hidden";
    box.style.top = place.bottom + window.scrollY + "px";
    box.style.left = Math.max(0, place.right + window.scrollX - 450) + "px";
    return box;
  }

  function close(link) {
    link.popup.remove();
    link.popup = null;
    start();
  }

  function toggle(link) {
    if (link.popup) {
      close(link);
      return;
    }
    stop();
    link.popup = document.body.appendChild(popup(link));
  }

  // The page is replaced now and then, so what listens to it is the document.
  function onClick(selector, act) {
    document.addEventListener("click", function (event) {
      var found = event.target.closest(selector);
      if (found && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        act(found);
      }
    });
  }

  onClick(".pop", toggle);
  onClick("#page-refresh", refresh);
  // On a small screen the menu hides behind a button.
  onClick(".btn-navbar", function () {
    document.querySelectorAll(".nav-collapse").forEach(function (menu) {
      menu.style.height = menu.style.height ? "" : "auto";
    });
  });
  document.getElementById("control").addEventListener("submit", function (event) {
    if (!event.submitter) {
      return;
    }
    event.preventDefault();
    var parts = event.submitter.getAttribute("formaction").slice(base.length).split("/").map(decodeURIComponent);
    if (!parts[3] && !window.confirm(parts[1].replace("all", " all") + " processes on " + parts[2] + "?")) {
      return;
    }
    event.submitter.disabled = true;
    send(parts[1], [[parts[2], parts[3] || ""]]);
  });
  window.addEventListener("load", start);
  return {
    base: base,
    make: make,
    button: button,
    notice: notice,
    more: more,
    keepFocus: keepFocus,
    get: get,
    refresh: refresh,
    send: send,
    onClick: onClick,
    // Call it now, and whenever the page has been replaced.
    onPage: function (listener) {
      listeners.push(listener);
      listener();
    },
  };
})();
