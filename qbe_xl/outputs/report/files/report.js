"use strict";
(function () {
  var words = document.body.dataset, lang = document.documentElement.lang;
  function value(cell) {
    if (cell.dataset.v !== undefined) { return Number(cell.dataset.v); }
    var text = cell.textContent.trim();
    return /^-?[0-9]+(\.[0-9]+)?$/.test(text) ? Number(text) : null;
  }
  function compare(a, b, numeric, way) {
    if (numeric) {
      var x = value(a), y = value(b);
      if (x === null || y === null) { return (x === null) - (y === null); }  // what is missing comes last either way
      return way * (x - y);
    }
    return way * a.textContent.localeCompare(b.textContent, lang, {numeric: true});
  }
  function sort(table, column) {
    var head = table.tHead.rows[0].cells[column], body = table.tBodies[0];
    var way = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    var rows = Array.prototype.slice.call(body.rows), numeric = head.classList.contains("number");
    rows.sort(function (a, b) { return compare(a.cells[column], b.cells[column], numeric, way); });
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (cell) { cell.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", way === 1 ? "ascending" : "descending");
    rows.forEach(function (row) { body.appendChild(row); });
  }
  function sortable(table) {
    if (table.tBodies[0].rows.length < 4) { return; }
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (cell, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.title = words.sort;
      while (cell.firstChild) { button.appendChild(cell.firstChild); }
      cell.appendChild(button);
      button.addEventListener("click", function () { sort(table, column); });
    });
  }
  function filterable(table) {
    var rows = Array.prototype.slice.call(table.tBodies[0].rows), tools = document.createElement("div");
    if (rows.length < 10) { return; }
    var label = document.createElement("label"), input = document.createElement("input");
    var select = document.createElement("select"), count = document.createElement("output");
    var last = table.tHead.rows[0].querySelectorAll("th.status"), column = last.length ? last[last.length - 1].cellIndex : -1;
    tools.className = "tools";
    input.type = "search";
    label.append(words.filter + " ", input);
    tools.appendChild(label);
    if (column >= 0) {
      var seen = [];
      rows.forEach(function (row) {
        var text = row.cells[column].textContent.trim();
        if (seen.indexOf(text) < 0) { seen.push(text); }
      });
      [words.all].concat(seen).forEach(function (text, number) {
        var option = document.createElement("option");
        option.textContent = text;
        option.value = number ? text : "";
        select.appendChild(option);
      });
      select.setAttribute("aria-label", table.tHead.rows[0].cells[column].textContent.trim());
      tools.appendChild(select);
    }
    count.setAttribute("role", "status");
    tools.appendChild(count);
    function show() {
      var text = input.value.trim().toLowerCase(), shown = 0;
      rows.forEach(function (row) {
        var fits = (!text || row.textContent.toLowerCase().indexOf(text) >= 0) &&
          (!select.value || row.cells[column].textContent.trim() === select.value);
        row.hidden = !fits;
        shown += fits;
      });
      count.textContent = words.shown + " " + shown + " / " + rows.length;
    }
    input.addEventListener("input", show);
    select.addEventListener("change", show);
    show();
    table.parentNode.parentNode.insertBefore(tools, table.parentNode);
  }
  function reachable(box) {
    if (box.scrollWidth > box.clientWidth) { box.tabIndex = 0; } else { box.removeAttribute("tabindex"); }
  }
  document.querySelectorAll("table").forEach(function (table) { sortable(table); filterable(table); });
  function all() { document.querySelectorAll(".scroll").forEach(reachable); }
  all();
  window.addEventListener("resize", all);
  // on paper everything is shown, whatever was filtered on the screen
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("tbody tr[hidden]").forEach(function (row) { row.hidden = false; row.dataset.was = ""; });
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll("tbody tr[data-was]").forEach(function (row) { row.hidden = true; delete row.dataset.was; });
  });
})();
