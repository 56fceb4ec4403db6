// Formats values, and sorts the results of load tests into lines: pure functions without the page.

const times = [[1, "s"], [1e-3, "ms"], [1e-6, "µs"], [1e-9, "ns"]];
const sizes = [[2 ** 40, "TiB"], [2 ** 30, "GiB"], [2 ** 20, "MiB"], [2 ** 10, "KiB"], [1, "B"]];

function number(value) {
  return value.toLocaleString("en", Math.abs(value) >= 1e15 || (value !== 0 && Math.abs(value) < 1e-6)
    ? { notation: "scientific", maximumSignificantDigits: 3 }
    : { maximumSignificantDigits: Math.abs(value) >= 1000 ? 15 : 3, maximumFractionDigits: 9 });
}

function scaled(value, steps) {
  const [factor, unit] = steps.find(([least]) => Math.abs(value) >= least) ?? steps.at(-1);
  return `${number(value === 0 ? 0 : Number((value / factor).toPrecision(3)))} ${value === 0 ? steps.find(([least]) => least === 1)[1] : unit}`;
}

/** A value with its unit (UCUM), for people. */
export function format(value, unit) {
  switch (unit) {
    case "s": return scaled(value, times);
    case "By": return scaled(value, sizes);
    case "1/s": return `${number(Number(value.toPrecision(4)))} /s`;
    case "1": return Math.abs(value) <= 1 ? `${number(Number((value * 100).toPrecision(3)))} %` : number(value);
    default: return `${number(value)} ${unit}`;
  }
}

export function when(result) {
  return new Date(result.startedAt).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

export function outcome(result) {
  return result.passed ? "passed" : result.interrupted ? "interrupted" : "failed";
}

/** The outcome in words: a test without objectives has met none. */
export function verdict(result) {
  return result.passed && result.objectives?.length === 0 ? "no objectives" : outcome(result);
}

export function machine(result) {
  const { cores, memoryBytes, os, architecture } = result.machine;
  return `${cores} ${cores === 1 ? "core" : "cores"}, ${format(memoryBytes, "By")}, ${os}, ${architecture}`;
}

/** The lines of some results, which are in the order of time: one for each figure, in groups by scenario: what stands before the figure's own name. */
export function lines(results) {
  const all = new Map();
  for (const result of results) {
    for (const { name, unit, higherIsBetter, value } of result.figures) {
      const line = all.get(name) ?? { name, points: [] };
      Object.assign(line, { unit, higherIsBetter });
      line.points.push({ result, value });
      all.set(name, line);
    }
  }

  const groups = new Map();
  for (const line of all.values()) {
    const group = line.name.replace(/(^|\.)(errors\.share|[^.]*)$/, "");
    groups.set(group, [...groups.get(group) ?? [], line]);
  }

  return [...groups].sort(([a], [b]) => (a === "" ? -1 : b === "" ? 1 : a.localeCompare(b)));
}

/** How the newest value differs from the one before. Whether that is more than noise is not known here. */
export function change({ points }) {
  const [before, now] = points.slice(-2).map(point => point.value);
  if (now === undefined || before === 0) {
    return "";
  }

  const percent = Math.round(((now - before) / Math.abs(before)) * 1000) / 10;
  return percent === 0 ? "as in the run before" : `${percent > 0 ? "+" : "−"}${number(Math.abs(percent))} % since the run before`;
}

/** Two to five round values from the least to the greatest value. */
export function ticks(values) {
  let [low, high] = [Math.min(...values), Math.max(...values)];
  if (low >= 0 && low < high / 2) {
    low = 0;
  }

  const span = high - low || Math.abs(high) || 1;
  const rough = span / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find(factor => factor * power >= rough) ?? 10);
  const [first, last] = [Math.floor(low / step), Math.ceil((high === low ? high + step / 2 : high) / step)];
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}
