// Runs before the first paint, from a file of its own: no flash of the other theme and no inline script.
(function () {
  try {
    var theme = localStorage.getItem("depops.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch (blocked) {
    // Storage is off: the system's theme is used.
  }
})();
