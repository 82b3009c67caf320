"use strict";
// Asks the server for a script that comes when the page has changed: a script,
// because the pages may fetch nothing else.
(function () {
  var version = document.currentScript.dataset.version;
  function wait() {
    var script = document.createElement("script");
    script.src = "/.dealgate/changed.js?since=" + encodeURIComponent(version);
    script.onerror = function () {
      script.remove();
      setTimeout(wait, 2000);
    };
    document.head.appendChild(script);
  }
  window.dealgateChanged = function () {
    location.reload();
  };
  window.addEventListener("load", wait); // a script that is still awaited would keep the page from being loaded
})();
