// What the page shows comes from the application. Without a connection the last figures stay, and a bar says since when they are old. When the
// application restarts, its part of the page is lost: the page is loaded again as soon as the application answers.
const maxSilence = 20_000;
const notice = document.createElement("div");
notice.id = "components-reconnect-modal";
notice.setAttribute("role", "alert");
document.body.prepend(notice);

let heard = Date.now();
let isDown = false;
let isPolling = false;

function show(isLost) {
  if (isLost === document.body.classList.contains("no-connection")) return;
  document.body.classList.toggle("no-connection", isLost);
  const since = new Date(heard).toISOString().slice(11, 19);
  notice.textContent = isLost ? `No connection to the application since ${since} UTC. The figures are those of then. The page continues by itself.` : "";
}

const pause = () => new Promise(done => setTimeout(done, 1000));

async function answers() {
  try {
    // A proxy may accept the request and hold it.
    const answer = await fetch("", { method: "GET", redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(5_000) });
    return answer.ok || answer.type === "opaqueredirect";
  } catch {
    return false;
  }
}

// If the application is the same as before, the connection itself is made again meanwhile, and nothing is lost.
async function reloadWhenBack() {
  if (isPolling) return;
  isPolling = true;
  while (isDown) {
    await pause();
    if (isDown && await answers()) {
      await pause();
      if (isDown) return location.reload();
    }
  }
  isPolling = false;
}

notice.addEventListener("components-reconnect-state-changed", event => {
  const state = event.detail.state;
  isDown = state !== "hide";
  show(isDown);
  if (state === "failed" || state === "rejected" || state === "retrying") reloadWhenBack();
});

// A connection may be lost without a sign. The age of the figures is written anew at least each ten seconds while there is one.
new MutationObserver(changes => {
  if (!changes.some(change => (change.target.parentElement ?? change.target).closest?.(".freshness"))) return;
  heard = Date.now();
  if (!isDown) show(false);
}).observe(document.body, { subtree: true, childList: true, characterData: true });
setInterval(() => { if (Date.now() - heard > maxSilence) show(true); }, 1000);

// Details stay at the lower end of the window. What they belong to moves to the middle if they would cover it.
window.choirUncover = (part, details) => {
  const [shown, cover] = [document.querySelector(part), document.querySelector(details)];
  if (shown && cover && shown.getBoundingClientRect().bottom > cover.getBoundingClientRect().top) {
    shown.scrollIntoView({ block: "center" });
  }
};
