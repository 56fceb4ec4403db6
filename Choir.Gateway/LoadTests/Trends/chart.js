// Draws the line of one figure as SVG, and reads its points to a pointer and to the keyboard.
import { change, format, outcome, ticks, verdict, when } from "./figures.js";

const [width, height] = [440, 170];
const margin = { top: 10, right: 12, bottom: 24, left: 76 };

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }

  made.append(...children);
  return made;
}

function svg(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }

  made.textContent = text ?? "";
  return made;
}

/** A card with the line of a figure. */
export function figureCard(line) {
  const { name, unit, points, higherIsBetter } = line;
  const latest = points.at(-1);
  const head = element("div", { class: "figure-head" },
    element("h3", {}, name), element("span", { class: "latest" }, format(latest.value, unit)));
  const better = higherIsBetter ? "higher is better" : "lower is better";
  const note = element("div", { class: "change" }, [change(line), better].filter(Boolean).join(" · "));
  if (points.length === 1) {
    // A single point would be a dot without a line.
    return element("article", { class: "card figure" }, head, note,
      element("p", { class: "single" }, `One run: ${when(latest.result)}, ${verdict(latest.result)}. With a second run there is a line.`));
  }

  const reading = element("p", { class: "reading", "aria-live": "polite" });
  return element("article", { class: "card figure" }, head, note, chart(line, reading), reading, valuesOf(line));
}

function chart({ name, unit, points }, reading) {
  const values = points.map(point => point.value);
  const scale = ticks(values);
  const x = index => margin.left + (index * (width - margin.left - margin.right)) / (points.length - 1);
  const y = value => height - margin.bottom
    - ((value - scale[0]) / (scale.at(-1) - scale[0])) * (height - margin.top - margin.bottom);
  const drawing = svg("svg", {
    class: "chart", viewBox: `0 0 ${width} ${height}`, tabindex: "0", role: "img",
    "aria-label": `${name}: ${points.length} runs, latest ${format(values.at(-1), unit)},`
      + ` from ${format(Math.min(...values), unit)} to ${format(Math.max(...values), unit)}. Arrow keys read the runs.`,
  });
  for (const tick of scale) {
    drawing.append(
      svg("line", { class: "tick", x1: margin.left, x2: width - margin.right, y1: y(tick), y2: y(tick) }),
      svg("text", { x: margin.left - 8, y: y(tick) + 4, "text-anchor": "end" }, format(tick, unit)));
  }

  drawing.append(
    svg("text", { x: margin.left, y: height - 4 }, day(points[0])),
    svg("text", { x: width - margin.right, y: height - 4, "text-anchor": "end" }, day(points.at(-1))));

  const cursor = svg("line", { class: "cursor", y1: margin.top, y2: height - margin.bottom, visibility: "hidden" });
  drawing.append(cursor, svg("path", { class: "path", d: values.map((value, index) => `${index ? "L" : "M"}${x(index)} ${y(value)}`).join("") }));
  const marks = points.map((point, index) => mark(x(index), y(point.value), outcome(point.result), points.length));
  drawing.append(...marks);
  follow(drawing, points.length, index => {
    for (const chosen of drawing.querySelectorAll(".chosen")) {
      chosen.classList.remove("chosen");
    }

    marks[index]?.classList.add("chosen");
    cursor.setAttribute("visibility", index === null ? "hidden" : "visible");
    cursor.setAttribute("x1", x(index ?? 0));
    cursor.setAttribute("x2", x(index ?? 0));
    reading.textContent = index === null ? "" : describe(points[index], unit);
  }, left => Math.round(((left * width - margin.left) / (width - margin.left - margin.right)) * (points.length - 1)));
  return drawing;
}

// Not by colour alone: a failed run is a diamond, an interrupted one is a ring.
function mark(x, y, result, count) {
  const size = count > 100 ? 2.5 : count > 40 ? 3.5 : 4.5;
  return result === "failed"
    ? svg("path", { class: result, d: `M${x} ${y - size - 1.5}L${x + size + 1.5} ${y}L${x} ${y + size + 1.5}L${x - size - 1.5} ${y}Z` })
    : svg("circle", { class: result, cx: x, cy: y, r: size });
}

// Chooses a point by pointer, focus or arrow keys; null for none.
function follow(drawing, count, choose, nearest) {
  let chosen = null;
  const set = index => choose(chosen = index === null ? null : Math.min(count - 1, Math.max(0, index)));
  const point = event => {
    const box = drawing.getBoundingClientRect();
    set(nearest((event.clientX - box.left) / box.width));
  };
  drawing.addEventListener("pointermove", point);
  drawing.addEventListener("pointerdown", point);
  drawing.addEventListener("pointerleave", () => set(document.activeElement === drawing ? chosen : null));
  drawing.addEventListener("focus", () => set(chosen ?? count - 1));
  drawing.addEventListener("blur", () => set(null));
  drawing.addEventListener("keydown", event => {
    const current = chosen ?? count - 1;
    const next = { ArrowLeft: current - 1, ArrowRight: current + 1, Home: 0, End: count - 1 }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      set(next);
    }
  });
}

function describe({ result, value }, unit) {
  return `${format(value, unit)} · ${when(result)} · ${verdict(result)} · run ${result.id}`;
}

function day(point) {
  return new Date(point.result.startedAt).toLocaleDateString(undefined, { dateStyle: "medium" });
}

// The same values as a table, made when it is opened.
function valuesOf({ name, unit, points }) {
  const details = element("details", {}, element("summary", {}, "Values"));
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) {
      const rows = points.toReversed().map(({ result, value }) => element("tr", {},
        element("td", { class: "time" }, when(result)), element("td", {}, format(value, unit)), element("td", {}, verdict(result))));
      details.append(element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Values of ${name}` },
        element("table", {},
          element("thead", {}, element("tr", {}, ...["Started", "Value", "Result"].map(title => element("th", { scope: "col" }, title)))),
          element("tbody", {}, ...rows))));
    }
  });
  return details;
}
