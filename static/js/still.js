// Polls. An answer that says the same as the one before it is not put on the page:
// nothing flickers, no animation starts over, no screen reader repeats itself, and
// nobody loses the place.
(() => {
  const last = new WeakMap();

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { elt, serverResponse, xhr } = event.detail;
    if (!(elt.getAttribute("hx-trigger") || "").includes("every") || xhr.status !== 200) return;
    if (last.get(elt) === serverResponse) event.detail.shouldSwap = false;
    else last.set(elt, serverResponse);
  });
})();
