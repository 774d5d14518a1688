// Flash messages: dismissed by hand, and good news also by itself after ten seconds
// unless it is being read. A failed htmx request says so in the same place.
(() => {
  const STAY = 10000; // milliseconds
  const GOOD = ".message.success, .message.info, .message.debug";

  const watch = () => {
    for (const message of document.querySelectorAll("#messages .message:not([data-seen])")) {
      message.dataset.seen = "";
      if (!message.matches(GOOD)) continue;
      const leave = () => {
        if (message.matches(":hover, :focus-within")) setTimeout(leave, STAY);
        else message.remove();
      };
      setTimeout(leave, STAY);
    }
  };

  const complain = (words) => {
    const list = document.getElementById("messages");
    if (!list || !words) return;
    const template = document.getElementById("message-failed").content.cloneNode(true);
    template.querySelector(".text").textContent = words;
    list.replaceChildren(template);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dismisses]");
    if (button) button.closest(".message, .notice").remove();
  });
  document.addEventListener("DOMContentLoaded", watch);
  document.addEventListener("htmx:afterSettle", watch);
  document.addEventListener("htmx:sendError", () =>
    complain(document.getElementById("messages").dataset.offline));
  document.addEventListener("htmx:timeout", () =>
    complain(document.getElementById("messages").dataset.offline));
  document.addEventListener("htmx:responseError", () =>
    complain(document.getElementById("messages").dataset.failed));
})();
