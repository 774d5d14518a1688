// Focus: to the summary of errors when a form comes back (or to the place that it names),
// and back to where it was when htmx has replaced what had it. Nothing is moved while
// somebody types elsewhere.
(() => {
  const toErrors = (root) => {
    const summary = root.querySelector && root.querySelector("[data-focus]");
    const named = summary && summary.dataset.focus;
    if (summary) ((named && document.querySelector(named)) || summary).focus();
    return Boolean(summary);
  };

  const CONTROL = "input:not([type='hidden']), select, textarea, a[href], button:not([tabindex='-1'])";
  let had = false; // the focus was in what is replaced
  let lost = null;
  document.addEventListener("DOMContentLoaded", () => toErrors(document));
  document.addEventListener("htmx:beforeSwap", (event) => {
    const active = document.activeElement;
    had = event.detail.target.contains(active) && active !== document.body;
    lost = had ? active.id : null;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (toErrors(event.detail.target)) return;
    if (!had || document.activeElement !== document.body) return;
    // htmx keeps the focus of an element whose id comes back; what is gone leaves it
    // to the part that changed, so that the keyboard goes on from there.
    const part = event.detail.elt;
    const next = (lost && document.getElementById(lost)) || part.querySelector(CONTROL) || part.closest("[tabindex]");
    if (next) next.focus({ preventScroll: true });
    had = false;
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".error-summary a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (field.matches("input, select, textarea") ? field : field.querySelector("input") || field).focus();
  });
})();
