// What the pages gain where scripts run: tables that sort, filter and download,
// with what was chosen kept in the address. A page says everything without it.
(function () {
  "use strict";
  var says = document.getElementById("says").dataset;
  document.documentElement.classList.add("scripted");

  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (all, name) { return name in values ? values[name] : all; });
  }

  // The address keeps the state of all tables of a page: #?deals.q=…&deals.sort=-2
  function readState() {
    return new URLSearchParams(location.hash.slice(0, 2) === "#?" ? location.hash.slice(2) : "");
  }
  function writeState(change) {
    var state = readState();
    Object.keys(change).forEach(function (key) {
      if (change[key]) state.set(key, change[key]); else state.delete(key);
    });
    var text = state.toString();
    if (text || location.hash.slice(0, 2) === "#?") {
      history.replaceState(null, "", text ? "#?" + text : location.pathname + location.search);
    }
  }

  function textOf(cell) { return cell.textContent.replace(/\s+/g, " ").trim(); }
  function element(name, attributes, text) {
    var e = document.createElement(name);
    Object.keys(attributes).forEach(function (key) { e.setAttribute(key, attributes[key]); });
    if (text) e.textContent = text;
    return e;
  }

  function Table(table) {
    this.table = table;
    this.body = table.tBodies[0];
    this.rows = Array.prototype.slice.call(this.body.rows);
    this.heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
    this.names = this.heads.map(textOf);
    this.texts = this.rows.map(function (row) { return textOf(row).toLowerCase(); });
    this.chosen = {};
    this.sorted = 0; // number of the column, counted from 1; negative when descending
    this.query = "";
    this.all = table.dataset.all; // how many rows the list has, where the page has only some
    if ("sort" in table.dataset) this.addSorting();
    if ("filter" in table.dataset) this.addTools();
    this.restore();
  }

  Table.prototype.addSorting = function () {
    var self = this;
    this.buttons = this.heads.map(function (head, i) {
      var button = element("button", { type: "button", "class": "sort", title: fill(says.sort, { column: self.names[i] }) }, self.names[i]);
      head.textContent = "";
      head.appendChild(button);
      button.addEventListener("click", function () {
        self.sorted = self.sorted === i + 1 ? -(i + 1) : i + 1;
        self.show();
      });
      return button;
    });
  };

  // say is what a table says: where its list goes on elsewhere, of this page alone.
  Table.prototype.say = function (name) { return says[this.all ? name + "Here" : name]; };

  // What is seen at a glance needs no filter.
  var glance = 5;

  Table.prototype.addTools = function () {
    var self = this, tools = element("div", { "class": "tools" });
    this.selects = [];
    if (this.rows.length > glance) this.addFilter(tools);
    var csv = element("button", { type: "button" }, this.say("csv"));
    csv.addEventListener("click", function () { self.download(); });
    tools.appendChild(csv);
    if (this.input) {
      this.status = element("span", { role: "status", "class": "count" });
      tools.appendChild(this.status);
    }
    var place = this.table.closest(".scroll") || this.table;
    if (!this.input) tools.classList.add("few");
    place.parentNode.insertBefore(tools, this.input ? place : place.nextSibling);
  };

  Table.prototype.addFilter = function (tools) {
    var self = this, id = this.table.id + "-filter";
    this.input = element("input", { type: "search", id: id, maxlength: "100", autocomplete: "off" });
    tools.appendChild(element("label", { "for": id }, this.say("filter")));
    tools.appendChild(this.input);
    this.input.addEventListener("input", function () { self.query = self.input.value; self.show(); });
    this.heads.forEach(function (head, i) {
      if ("choose" in head.dataset) tools.appendChild(self.addChoice(i));
    });
  };

  Table.prototype.addChoice = function (i) {
    var self = this, seen = {}, select = element("select", { "aria-label": this.names[i] });
    select.appendChild(element("option", { value: "" }, fill(says.all, { column: this.names[i] })));
    this.rows.forEach(function (row) {
      var choice = self.choice(row, i);
      if (!seen["=" + choice]) select.appendChild(element("option", { value: choice }, self.value(row, i)));
      seen["=" + choice] = true;
    });
    select.addEventListener("change", function () { self.chosen[i] = select.value; self.show(); });
    this.selects.push([i, select]);
    return select;
  };

  // value is what a cell says, without the smaller text below it.
  Table.prototype.value = function (row, i) {
    var cell = row.cells[i].cloneNode(true);
    Array.prototype.forEach.call(cell.querySelectorAll(".sub"), function (sub) { sub.remove(); });
    return textOf(cell);
  };

  // choice is what stands for a value in the address: the same in every
  // language where the cell says so.
  Table.prototype.choice = function (row, i) { return row.cells[i].dataset.choice || this.value(row, i); };

  Table.prototype.restore = function () {
    var state = readState(), id = this.table.id, self = this;
    this.query = this.input && state.get(id + ".q") || "";
    this.sorted = parseInt(state.get(id + ".sort"), 10) || 0;
    if (Math.abs(this.sorted) > this.heads.length) this.sorted = 0;
    if (this.input) this.input.value = this.query;
    (this.selects || []).forEach(function (pair) {
      pair[1].value = state.get(id + "." + pair[0]) || "";
      self.chosen[pair[0]] = pair[1].value;
    });
    if (this.query || this.sorted || Object.keys(this.chosen).some(function (i) { return self.chosen[i]; })) this.unfold();
    this.show();
  };

  // unfold brings a table into sight for which the address asks.
  Table.prototype.unfold = function () {
    var fold = this.table.closest("details");
    if (fold) fold.open = true;
  };

  Table.prototype.matches = function (row, k) {
    var self = this;
    return this.query.toLowerCase().split(/\s+/).every(function (word) { return self.texts[k].indexOf(word) >= 0; }) &&
      Object.keys(this.chosen).every(function (i) { return !self.chosen[i] || self.choice(row, i) === self.chosen[i]; });
  };

  Table.prototype.compare = function () {
    var i = Math.abs(this.sorted) - 1, sign = this.sorted < 0 ? -1 : 1;
    var numeric = this.heads[i].classList.contains("number"), self = this, keys = new Map();
    this.rows.forEach(function (row) {
      var cell = row.cells[i], key = "key" in cell.dataset ? cell.dataset.key : self.value(row, i);
      keys.set(row, numeric ? parseFloat(key.replace(/[^0-9.-]/g, "")) : key);
    });
    return function (a, b) {
      var x = keys.get(a), y = keys.get(b);
      if (!numeric) return sign * x.localeCompare(y, document.documentElement.lang, { numeric: true });
      if (isNaN(x) || isNaN(y)) return isNaN(x) - isNaN(y); // what has no number stands last
      return sign * (x - y);
    };
  };

  Table.prototype.show = function () {
    var self = this, shown = 0, state = {}, id = this.table.id;
    this.rows.forEach(function (row, k) {
      row.hidden = !self.matches(row, k);
      if (!row.hidden) shown++;
    });
    var order = this.sorted ? this.rows.slice().sort(this.compare()) : this.rows;
    order.forEach(function (row) { self.body.appendChild(row); });
    this.heads.forEach(function (head, i) {
      if (Math.abs(self.sorted) === i + 1) head.setAttribute("aria-sort", self.sorted < 0 ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    if (this.status) this.status.textContent = fill(this.say("shown"), { n: shown, of: this.rows.length, all: this.all });
    state[id + ".q"] = this.query;
    state[id + ".sort"] = this.sorted ? String(this.sorted) : "";
    (this.selects || []).forEach(function (pair) { state[id + "." + pair[0]] = self.chosen[pair[0]]; });
    if (id) writeState(state);
  };

  // A text that a spreadsheet would compute gets a quote in front of it.
  function csvCell(text) {
    if (/^[\s]*[=+\-@＝＋－＠\t\r]/.test(text) && !/^-?[0-9][0-9.]*%?$/.test(text)) text = "'" + text;
    return '"' + text.replace(/"/g, '""') + '"';
  }

  // whole is a cell as one text: what it says, with the smaller text in brackets.
  Table.prototype.whole = function (row, i) {
    var subs = Array.prototype.map.call(row.cells[i].querySelectorAll(".sub"), textOf);
    return this.value(row, i) + (subs.length ? " (" + subs.join(", ") + ")" : "");
  };

  // csv lists the shown rows. Amounts are plain numbers with their currency in
  // a column of its own.
  Table.prototype.csv = function () {
    var self = this, money = this.heads.map(function (head, i) {
      return self.rows.some(function (row) { return row.cells[i].dataset.currency; });
    });
    var lines = [[]];
    this.names.forEach(function (name, i) {
      lines[0].push(csvCell(name));
      if (money[i]) lines[0].push(csvCell(says.currency));
    });
    Array.prototype.forEach.call(this.body.rows, function (row) {
      if (row.hidden) return;
      var line = [];
      self.names.forEach(function (name, i) {
        var cell = row.cells[i], number = self.heads[i].classList.contains("number") && "key" in cell.dataset;
        line.push(csvCell(number ? cell.dataset.key : self.whole(row, i)));
        if (money[i]) line.push(csvCell(cell.dataset.currency || ""));
      });
      lines.push(line);
    });
    return "\ufeff" + lines.map(function (line) { return line.join(","); }).join("\r\n") + "\r\n";
  };

  Table.prototype.download = function () {
    var link = element("a", { download: this.table.id + ".csv" });
    link.href = URL.createObjectURL(new Blob([this.csv()], { type: "text/csv;charset=utf-8" }));
    document.body.appendChild(link);
    link.click();
    link.remove();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
  };

  var tables = Array.prototype.map.call(document.querySelectorAll("table[data-sort], table[data-filter]"), function (t) { return new Table(t); });
  window.addEventListener("hashchange", function () {
    tables.forEach(function (t) { t.restore(); });
  });

  // What is finished is folded: a button unfolds all of a section at once, and a
  // link that leads inside unfolds its place.
  Array.prototype.forEach.call(document.querySelectorAll("main > section"), function (section) {
    var folds = section.querySelectorAll("details.fold");
    if (folds.length < 2) return;
    var button = element("button", { type: "button", "class": "unfold", "aria-expanded": "false" }, says.unfold);
    button.addEventListener("click", function () {
      var open = button.getAttribute("aria-expanded") === "false";
      Array.prototype.forEach.call(folds, function (fold) { fold.open = open; });
      button.setAttribute("aria-expanded", String(open));
      button.textContent = open ? says.fold : says.unfold;
    });
    section.querySelector("h2").insertAdjacentElement("afterend", button);
  });
  function target() {
    try {
      return document.getElementById(decodeURI(location.hash.slice(1)));
    } catch (malformed) {
      return null; // the address of nothing here
    }
  }
  function unfoldTarget() {
    var at = target();
    if (!at) return;
    for (var e = at.querySelector(":scope > details.fold") || at; e; e = e.parentElement) {
      if (e.tagName !== "DETAILS" || e.open) continue;
      e.open = true;
      at.scrollIntoView();
    }
  }
  window.addEventListener("hashchange", unfoldTarget);
  unfoldTarget();

  // The switch of the language keeps what was chosen.
  Array.prototype.forEach.call(document.querySelectorAll(".langs a"), function (a) {
    a.addEventListener("click", function () { a.search = location.search; a.hash = location.hash; });
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName)) return;
    event.preventDefault();
    document.getElementById("find").focus();
  });
})();
