// Focus: to the summary of errors when a form comes back, and back to where it was
// when htmx has replaced what had it. Nothing is moved while somebody types elsewhere.
(() => {
  const toErrors = (root) => {
    const summary = root.querySelector && root.querySelector("[data-focus]");
    if (summary) summary.focus();
    return Boolean(summary);
  };

  let lost = null;
  document.addEventListener("DOMContentLoaded", () => toErrors(document));
  document.addEventListener("htmx:beforeSwap", (event) => {
    const active = document.activeElement;
    lost = event.detail.target.contains(active) && active.id ? active.id : null;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (toErrors(event.detail.target)) return;
    if (document.activeElement !== document.body) return;
    // htmx keeps the focus of an element whose id comes back; what is gone leaves it
    // to the region that changed, so that the keyboard goes on from there.
    const next = (lost && document.getElementById(lost)) || event.detail.target.closest("[tabindex]");
    if (next) next.focus({ preventScroll: true });
    lost = null;
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".error-summary a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (field.matches("input, select, textarea") ? field : field.querySelector("input") || field).focus();
  });
})();
