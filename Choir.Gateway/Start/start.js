// Shows the page's own origin and the health of the components.
document.querySelector("[data-origin]").textContent = location.origin;

async function refresh() {
  let health = null;
  try {
    health = await (await fetch("/health", { cache: "no-store" })).json();
  } catch {
    // The gateway does not answer; the components are shown as unknown.
  }
  for (const item of document.querySelectorAll("#health li")) {
    const component = health?.components?.[item.dataset.component];
    item.dataset.status = component?.status ?? "";
    item.querySelector("em").textContent = component?.status ?? "unknown";
    item.title = component?.reason ?? "";
  }
}

refresh();
setInterval(() => { if (!document.hidden) refresh(); }, 5000);
