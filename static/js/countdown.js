// Countdowns: <span data-left="57"> says how many seconds are left, in words of the
// page's language. At its end its [data-wait] goes away. While a form counts down, its
// [data-waits] buttons cannot be pressed; the server holds to the same.
(() => {
  const SHORT = 90; // seconds; more than that is said in minutes
  const ends = new WeakMap();

  const words = (seconds) => {
    const [number, unit] = seconds > SHORT ? [seconds / 60, "minute"] : [seconds, "second"];
    const style = { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 0 };
    return new Intl.NumberFormat(document.documentElement.lang, style).format(Math.ceil(number));
  };

  const tick = () => {
    for (const span of document.querySelectorAll("[data-left]")) {
      if (!ends.has(span)) ends.set(span, Date.now() + Number(span.dataset.left) * 1000);
      const left = Math.max(Math.ceil((ends.get(span) - Date.now()) / 1000), 0);
      const said = words(left);
      if (span.textContent !== said) span.textContent = said;
      if (left === 0 && span.closest("[data-wait]")) span.closest("[data-wait]").remove();
    }
    for (const button of document.querySelectorAll("[data-waits]")) {
      button.disabled = Boolean(button.closest("form").querySelector("[data-wait]"));
    }
  };

  document.addEventListener("DOMContentLoaded", tick);
  document.addEventListener("htmx:afterSettle", tick);
  setInterval(tick, 1000);
})();
