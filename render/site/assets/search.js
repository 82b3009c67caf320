// The search. Its index is cut into classic scripts, because a page opened from
// a disk can load nothing else; each hands its piece over to dealgate.piece.
(function () {
  "use strict";
  var list = document.getElementById("search-results"), state = document.getElementById("search-state");
  var words = list.dataset, input = document.getElementById("find");
  var waiting = null, loaded = {}, top = null, most = 100;

  window.dealgate = {
    index: function (lists) { waiting = lists; },
    piece: function (items) { waiting = items; }
  };

  // load runs one script after the other, so that what it hands over is known
  // to be its own.
  var last = Promise.resolve();
  function load(file) {
    if (!loaded[file]) {
      loaded[file] = last = last.catch(function () {}).then(function () {
        return new Promise(function (done, fail) {
          var script = document.createElement("script");
          script.src = file;
          script.onload = function () { done(waiting); script.remove(); };
          script.onerror = function () { delete loaded[file]; fail(new Error(file)); };
          document.head.appendChild(script);
        });
      });
    }
    return loaded[file];
  }

  // plainDigits writes letters and digits of full width as usual, and numbers
  // without commas between their thousands.
  function plainDigits(text) {
    text = text.replace(/[０-９Ａ-Ｚａ-ｚ]/g, function (c) { return String.fromCharCode(c.charCodeAt(0) - 0xfee0); });
    return text.replace(/[0-9]+(,[0-9]+)+/g, function (n) { return grouped.test(n) ? n.replace(/,/g, "") : n; });
  }

  // tokens cuts a text as index.go does, but of Chinese it takes only pairs
  // where there are any: they say more.
  var grouped = /^[0-9]{1,3}(,[0-9]{3})+$/, letter = /[\p{L}\p{Nd}]/u, han = /\p{Script=Han}/u;
  function tokens(text) {
    var out = [], run = [], chinese = false;
    function flush() {
      if (chinese && run.length > 1) for (var i = 1; i < run.length; i++) out.push(run[i - 1] + run[i]);
      else if (run.length) out.push(run.slice(0, 40).join(""));
      run = [];
    }
    Array.from(plainDigits(text)).forEach(function (c) {
      if (!letter.test(c)) { flush(); return; }
      if (han.test(c) !== chinese) { flush(); chinese = !chinese; }
      run.push(c.toLowerCase());
    });
    flush();
    return out;
  }

  // pieces finds the files whose words may begin with a token.
  function pieces(lists, token) {
    return lists.filter(function (l, i) {
      var next = lists[i + 1];
      return l.first < token + "\uffff" && (!next || !(next.first <= token));
    }).slice(0, 4);
  }

  function pagesOf(token) {
    return Promise.all(pieces(top.words, token).map(function (l) { return load(words.root + l.file); })).then(function (parts) {
      var found = new Map();
      parts.forEach(function (items) {
        items.forEach(function (item) {
          if (item[0].slice(0, token.length) !== token) return;
          var at = 0, exact = item[0] === token ? 1 : 0;
          item[1].split(" ").forEach(function (step) {
            at += parseInt(step, 36);
            var page = at >> 1, score = 1 + 4 * (at & 1) + exact;
            found.set(page, Math.max(found.get(page) || 0, score));
          });
        });
      });
      return found;
    });
  }

  function together(all) {
    var scores = [];
    all[0].forEach(function (score, page) {
      var sum = score;
      for (var i = 1; i < all.length; i++) {
        if (!all[i].has(page)) return;
        sum += all[i].get(page);
      }
      scores.push([page, sum]);
    });
    return scores.sort(function (a, b) { return b[1] - a[1] || a[0] - b[0]; });
  }

  function docOf(page) {
    var l = top.pages.filter(function (l) { return l.from <= page; }).pop();
    return load(words.root + l.file).then(function (items) { return items[page - l.from]; });
  }

  function entry(doc) {
    var li = document.createElement("li"), a = document.createElement("a"), kind = document.createElement("span"), title = document.createElement("bdi");
    a.href = words.tree + doc[0];
    title.textContent = doc[1];
    a.appendChild(title);
    kind.className = "sub";
    kind.textContent = doc[2] + (doc[3] ? " · " + doc[3] : "");
    li.appendChild(a);
    li.appendChild(kind);
    return li;
  }

  var asked = 0;
  function search(q) {
    var mine = ++asked, wanted = tokens(q);
    list.textContent = "";
    if (!wanted.length) return;
    state.textContent = words.loading;
    load(words.index).then(function (lists) {
      top = lists;
      top.words = top.words || [];
      return Promise.all(wanted.map(pagesOf));
    }).then(function (all) {
      var hits = together(all);
      return Promise.all(hits.slice(0, most).map(function (h) { return docOf(h[0]); })).then(function (docs) {
        if (mine !== asked) return;
        docs.forEach(function (doc) { list.appendChild(entry(doc)); });
        state.textContent = (hits.length ? words.some : words.none).replace("{n}", hits.length).replace("{q}", function () { return q; });
      });
    }).catch(function () { if (mine === asked) state.textContent = words.failed; });
  }

  input.value = new URLSearchParams(location.search).get("q") || "";
  search(input.value);
  input.form.addEventListener("submit", function (event) {
    event.preventDefault();
    history.replaceState(null, "", "?" + new URLSearchParams({ q: input.value }));
    search(input.value);
  });
})();
