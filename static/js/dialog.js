// Dialogs. A button with data-opens="ID" opens <dialog id="ID">; a click beside it
// closes it; <form method="dialog"> inside closes it without any script. Dialogs that
// htmx brings in with data-open-now open themselves.
(() => {
  const show = (dialog) => {
    if (!dialog || dialog.open) return;
    document.dispatchEvent(new CustomEvent("dialog:open", { detail: dialog }));
    dialog.showModal();
  };

  document.addEventListener("dialog:show", (event) => show(event.detail));
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) show(document.getElementById(opener.dataset.opens));
    if (event.target.matches("dialog[open]")) event.target.close();

    // Menus (<details class="menu">) close when something else is clicked.
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("htmx:load", (event) => {
    const dialog = event.target.closest("dialog[data-open-now]") || event.target.querySelector("dialog[data-open-now]");
    show(dialog);
  });
})();
