// Keys. An element with data-shortcut="n" (or "g t", one after the other) is clicked
// when its keys are typed; the dialog of keys lists what the page has. Single keys
// never fire while typing and can be switched off (WCAG 2.1.4).
(() => {
  const PAUSE = 1200; // milliseconds between the keys of a sequence
  let typed = "";
  let timer = 0;

  const enabled = () => {
    try {
      return localStorage.getItem("shortcuts") !== "off";
    } catch {
      return true;
    }
  };
  const isTyping = (element) =>
    element.isContentEditable ||
    (element.matches("input, select, textarea") &&
      !element.matches("[type=checkbox], [type=radio], [type=button], [type=submit]"));
  const visible = (element) => element.checkVisibility && element.checkVisibility();
  const withKeys = () => [...document.querySelectorAll("[data-shortcut]")].filter(visible);
  const label = (element) =>
    element.dataset.shortcutLabel ||
    element.getAttribute("aria-label") ||
    [...element.childNodes]
      .filter((node) => !(node.matches && node.matches(".count, kbd, svg")))
      .map((node) => node.textContent.trim())
      .join(" ");

  const listKeys = () => {
    const list = document.querySelector("[data-keymap]");
    if (!list) return;
    list.querySelectorAll("[data-added]").forEach((row) => row.remove());
    const seen = new Set();
    const rows = withKeys().flatMap((element) => {
      const keys = element.dataset.shortcut;
      if (seen.has(keys)) return [];
      seen.add(keys);
      const term = document.createElement("dt");
      term.textContent = label(element);
      const detail = document.createElement("dd");
      for (const key of keys.split(" ")) {
        detail.append(Object.assign(document.createElement("kbd"), { textContent: key }));
      }
      term.dataset.added = detail.dataset.added = "";
      return [term, detail];
    });
    list.prepend(...rows);
  };

  document.addEventListener("dialog:open", listKeys);
  document.addEventListener("DOMContentLoaded", () => {
    const control = document.querySelector("[data-shortcuts-switch]");
    if (control) control.checked = enabled();
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-shortcuts-switch]")) return;
    localStorage.setItem("shortcuts", event.target.checked ? "on" : "off");
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]") || !enabled()) return;
    clearTimeout(timer);
    timer = setTimeout(() => (typed = ""), PAUSE);
    const sequence = typed ? `${typed} ${event.key}` : event.key;
    const search = event.key === "/" && document.querySelector("[data-search]");
    const target = search || withKeys().find((element) => element.dataset.shortcut === sequence);
    const help = event.key === "?" && document.getElementById("keymap");
    typed = withKeys().some((e) => e.dataset.shortcut.startsWith(`${sequence} `)) ? sequence : "";
    if (!target && !help) return;
    event.preventDefault();
    if (search) search.focus();
    else if (target) target.click();
    else document.dispatchEvent(new CustomEvent("dialog:show", { detail: help }));
  });
})();
