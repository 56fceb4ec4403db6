// When the application restarts, its part of the page is lost: the page is loaded again as soon as the application answers.
const modal = document.createElement("div");
modal.id = "components-reconnect-modal";
modal.setAttribute("role", "alert");
modal.textContent = "The connection to the application is lost. The page comes back by itself.";
document.body.append(modal);

let waiting = false;
async function reloadWhenBack() {
  if (waiting) return;
  waiting = true;
  for (;;) {
    await new Promise(done => setTimeout(done, 1000));
    try {
      const answer = await fetch("", { method: "GET", redirect: "manual", cache: "no-store" });
      if (answer.ok || answer.type === "opaqueredirect") return location.reload();
    } catch { /* It does not answer yet. */ }
  }
}

modal.addEventListener("components-reconnect-state-changed", event => {
  const state = event.detail.state;
  modal.style.display = state === "hide" ? "none" : "grid";
  modal.style.placeItems = "center";
  if (state === "failed" || state === "rejected" || state === "retrying") reloadWhenBack();
});

// Details stay at the lower end of the window. What they belong to moves to the middle if they would cover it.
window.choirUncover = (part, details) => {
  const [shown, cover] = [document.querySelector(part), document.querySelector(details)];
  if (shown && cover && shown.getBoundingClientRect().bottom > cover.getBoundingClientRect().top) {
    shown.scrollIntoView({ block: "center" });
  }
};
