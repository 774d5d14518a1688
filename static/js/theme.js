// Light or dark as the reader chose in the dialog of keys; runs before the first
// paint, so that nothing flashes. Without a choice the computer's own is followed.
(() => {
  const root = document.documentElement;
  const show = (theme) => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  let kept = "";
  try {
    kept = localStorage.getItem("theme") || "";
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
  show(kept);

  document.addEventListener("DOMContentLoaded", () => {
    const control = document.querySelector("[data-theme-switch]");
    if (control) control.value = kept;
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-theme-switch]")) return;
    show(event.target.value);
    try {
      localStorage.setItem("theme", event.target.value);
    } catch {
      // As above.
    }
  });
})();
