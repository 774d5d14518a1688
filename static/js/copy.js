// <button data-copy="#ID"> copies the text or value of that element;
// <button data-copy-text="…"> copies the words given. data-copied is said afterwards, on
// the button and, since nobody is read what changes on it, in a region of its own.
document.addEventListener("DOMContentLoaded", () => {
  const said = document.createElement("p");
  said.id = "copied";
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  document.body.append(said);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-text]");
  if (!button) return;
  const source = button.dataset.copy && document.querySelector(button.dataset.copy);
  const text = source ? source.value || source.textContent.trim() : button.dataset.copyText;
  await navigator.clipboard.writeText(text);
  const label = button.querySelector("[data-copy-label]");
  if (!label || !button.dataset.copied) return;
  if (label.textContent === button.dataset.copied) return;
  const before = label.textContent;
  const said = document.getElementById("copied");
  said.textContent = button.dataset.copied;
  label.textContent = button.dataset.copied;
  setTimeout(() => {
    label.textContent = before;
    said.textContent = "";
  }, 2000);
});
