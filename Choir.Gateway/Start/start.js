// Shows the address that this page was loaded from, and how the components are.
document.querySelector("[data-origin]").textContent = location.origin;

async function refresh() {
  let health = null;
  try {
    health = await (await fetch("/health", { cache: "no-store" })).json();
  } catch {
    // The gateway is away; that is what the page then shows.
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
