// Under the hood: open or folded as it was left; on wide screens, where it stands beside
// the page, open until somebody folds it. What polls bring is kept to the newest calls.
(() => {
  const KEY = "frontdesk-hood";
  const WIDE = "(width >= 90rem)";
  const KEPT = 40; // calls

  document.addEventListener("DOMContentLoaded", () => {
    const hood = document.querySelector("[data-hood]");
    if (!hood) return;
    const left = localStorage.getItem(KEY);
    const beside = hood.closest(".wizard-hood") && matchMedia(WIDE).matches;
    hood.open = left ? left === "open" : Boolean(beside);
    hood.querySelector("summary").addEventListener("click", () =>
      localStorage.setItem(KEY, hood.open ? "folded" : "open"));
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const call of [...document.querySelectorAll("[data-hood] .wire")].slice(KEPT)) call.remove();
  });
})();
