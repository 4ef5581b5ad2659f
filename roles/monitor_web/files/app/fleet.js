// SPDX-FileCopyrightText: 2026, Supervisor Fleet contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The page's script, as a file of its own: the content security policy then need not allow any script inside the page.
// Whatever a daemon said becomes text of an element or the value of a field, never HTML.
(function () {
  "use strict";
  var options = document.getElementById("fleet").dataset;
  var counter = document.getElementById("refresh");
  var left = parseInt(options.refresh, 10) || 0;
  var timer = null;

  function make(tag, properties, children) {
    var element = Object.assign(document.createElement(tag), properties);
    (children || []).forEach(function (child) {
      element.appendChild(child);
    });
    return element;
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    counter.textContent = "(p)";
  }

  function start() {
    if (left > 0 && timer === null) {
      timer = setInterval(tick, 1000);
    }
  }

  function tick() {
    left -= 1;
    counter.textContent = "(" + left + ")";
    if (left <= 0) {
      stop();
      location.href = "/";
    }
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
    var buttons = make("div", { className: "pull-right" }, [ok, document.createTextNode(" "), clear]);
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
    box.style.cssText = "display: block; width: 450px; overflow: hidden";
    box.style.top = place.bottom + window.scrollY + "px";
    box.style.left = Math.max(0, place.right + window.scrollX - 450) + "px";
    return box;
  }

  function close(link) {
    link.popup.remove();
    link.popup = null;
    start();
  }

  document.querySelectorAll(".pop").forEach(function (link) {
    link.addEventListener("click", function (event) {
      event.preventDefault();
      if (link.popup) {
        close(link);
        return;
      }
      stop();
      link.popup = document.body.appendChild(popup(link));
    });
  });
  // On a small screen the menu hides behind a button.
  document.querySelectorAll(".btn-navbar").forEach(function (button) {
    button.addEventListener("click", function () {
      document.querySelectorAll(".nav-collapse").forEach(function (menu) {
        menu.style.height = menu.style.height ? "" : "auto";
      });
    });
  });
  // A restart takes seconds; a refresh in between would look as if nothing had happened.
  document.getElementById("control").addEventListener("submit", stop);
  window.addEventListener("load", start);
})();
