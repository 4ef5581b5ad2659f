// Copyright: (c) 2026, Supervisor Fleet contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The page's script, as a file of its own: the content security policy then need not allow any script inside the page.
// Whatever a daemon said goes through text(), attr() or val(), never through HTML.
(function ($) {
  "use strict";
  var options = document.getElementById("fleet").dataset;
  var left = parseInt(options.refresh, 10) || 0;
  var timer = null;

  function stop() {
    clearInterval(timer);
    timer = null;
    $("#refresh").text("(p)");
  }

  function start() {
    if (left > 0 && timer === null) {
      timer = setInterval(tick, 1000);
    }
  }

  function tick() {
    left -= 1;
    $("#refresh").text("(" + left + ")");
    if (left <= 0) {
      stop();
      location.href = "/";
    }
  }

  function ticket(link, message) {
    var form = $('<form method="get" target="_blank" class="pull-left">').attr("action", options.redmineUrl);
    $.each(
      {
        "issue[subject]": link.attr("data-subject"),
        "issue[description]": message,
        "issue[assigned_to_id]": options.redmineAssignee,
      },
      function (name, value) {
        $('<input type="hidden">').attr("name", name).val(value).appendTo(form);
      },
    );
    return form.append('<input type="submit" class="btn btn-small btn-inverse" value="Start New Ticket">');
  }

  function content() {
    var link = $(this);
    var message = link.attr("data-message");
    var buttons = $('<div class="pull-right">');
    stop();
    $('<a href="#" class="btn btn-small btn-primary">ok</a>')
      .on("click", function (event) {
        event.preventDefault();
        link.popover("hide");
        start();
      })
      .appendTo(buttons);
    $('<button type="submit" form="control" class="btn btn-small btn-danger">Clear</button>')
      .attr("formaction", link.attr("href"))
      .appendTo(buttons.append(" "));
    return $("<div>")
      .append($('<pre class="well">').text(message))
      .append(options.redmineUrl ? ticket(link, message) : "")
      .append(buttons);
  }

  $(".pop")
    .on("click", function (event) {
      event.preventDefault();
    })
    .popover({ content: content, html: true, placement: "bottom" });
  // A restart takes seconds; a refresh in between would look as if nothing had happened.
  $("#control").on("submit", stop);
  $(window).on("load", start);
})(jQuery);
