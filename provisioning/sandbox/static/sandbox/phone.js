// Looks for new texts every two seconds and replaces only the bubbles, so that a
// half-written answer stays where it is.
const bubbles = document.querySelector("[data-poll]");

function toNewest() {
  bubbles.scrollTop = bubbles.scrollHeight;
}

async function look() {
  if (document.hidden) return;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer || !answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("bubbles");
  if (!fresh || fresh.innerHTML === bubbles.dataset.seen) return;
  const to = document.getElementById("to");
  const freshTo = page.getElementById("to");
  if (!to !== !freshTo) return location.reload();
  // Whoever wrote last is the first choice again.
  if (to) to.replaceChildren(...freshTo.childNodes);
  bubbles.dataset.seen = fresh.innerHTML;
  bubbles.replaceChildren(...fresh.childNodes);
  toNewest();
}

bubbles.dataset.seen = bubbles.innerHTML;
toNewest();
setInterval(look, 2000);
