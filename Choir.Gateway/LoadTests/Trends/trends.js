// Asks for the API key, loads the results of one profile, and shows a line for each figure.
import { element, figureCard } from "./chart.js";
import { format, lines, machine, outcome, verdict, when } from "./figures.js";

const maxRuns = 200;
const maxFigures = 200;
const storedKey = "choir-api-key";
const $ = id => document.getElementById(id);

let runs = [];
let loading = 0;

class Refused extends Error {}

async function get(path) {
  let answer;
  try {
    answer = await fetch(path, { headers: { Authorization: `Bearer ${sessionStorage.getItem(storedKey)}` }, cache: "no-store" });
  } catch {
    throw new Error("The gateway does not answer. Check that Choir is running, then press Refresh.");
  }

  if (answer.status === 401) {
    throw new Refused("The gateway does not accept this key.");
  }

  const body = await answer.json().catch(() => null);
  if (!answer.ok || body === null) {
    throw new Error(body?.detail ?? `The gateway answered ${answer.status}. Press Refresh to try again.`);
  }

  return body;
}

async function refresh() {
  const turn = ++loading;
  say("Loading…");
  try {
    const { profiles } = await get("/load-tests/profiles");
    const wanted = location.hash.slice(1);
    const profile = profiles.find(one => one.name === wanted)?.name ?? profiles[0]?.name;
    const found = profile ? await resultsOf(profile) : [];
    if (turn === loading) {
      runs = found;
      show(profiles, profile);
    }
  } catch (error) {
    if (turn === loading) {
      fail(error);
    }
  }
}

async function resultsOf(profile) {
  const results = [];
  let next = "";
  while (next !== null && results.length < maxRuns) {
    const page = await get(`/load-tests?profile=${encodeURIComponent(profile)}&limit=${maxRuns}${next && `&before=${next}`}`);
    results.push(...page.loadTests);
    next = page.next;
  }

  return results.slice(0, maxRuns).sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
}

function show(profiles, profile) {
  $("access").hidden = true;
  $("controls").hidden = false;
  choices($("profile"), profiles.map(one => [one.name, `${one.name} (${one.results})`]), profile);
  $("profile").parentElement.hidden = profiles.length === 0;
  const machines = [...new Set(runs.map(machine))];
  choices($("machine"), [["", "all"], ...machines.map(name => [name, name])], $("machine").value);
  $("machine-label").hidden = machines.length < 2;
  draw();
  const all = profiles.find(one => one.name === profile)?.results ?? 0;
  if (runs.length === 0) {
    say("No load test has been stored yet. Run one: dotnet aspire resource load-test load");
  } else if (all > runs.length) {
    say(`The newest ${runs.length} of ${all} runs are shown.`);
  } else {
    say("");
  }
}

function draw() {
  const shown = runs.filter(run => !$("machine").value || machine(run) === $("machine").value);
  let left = maxFigures;
  const sections = [];
  for (const [group, all] of lines(shown)) {
    const some = all.slice(0, left);
    left -= some.length;
    if (some.length > 0) {
      sections.push(element("section", {}, element("h2", {}, group || "Overall"), element("div", { class: "grid" }, ...some.map(figureCard))));
    }
  }

  $("charts").replaceChildren(...sections);
  $("rows").replaceChildren(...shown.toReversed().map(row));
  $("legend").hidden = $("runs").hidden = shown.length === 0;
}

function row(run) {
  const missed = run.objectives.filter(objective => !objective.met).map(objective => `Missed: ${objective.text}.`);
  return element("tr", {},
    element("td", { class: "time" }, when(run)),
    element("td", { class: verdict(run) === outcome(run) ? `is-${outcome(run)}` : "" }, verdict(run)),
    element("td", {}, format(run.seconds, "s")),
    element("td", { class: "text" }, [...missed, ...run.notes].join(" ")),
    element("td", { class: "machine" }, machine(run)),
    element("td", {}, element("code", {}, run.id)));
}

function choices(select, options, chosen) {
  select.replaceChildren(...options.map(([value, text]) => element("option", { value }, text)));
  select.value = options.some(([value]) => value === chosen) ? chosen : options[0]?.[0] ?? "";
}

function fail(error) {
  if (error instanceof Refused) {
    sessionStorage.removeItem(storedKey);
    ask(error.message);
    return;
  }

  $("access").hidden = true;
  $("controls").hidden = false;
  say(error.message, true);
}

function ask(problem) {
  runs = [];
  draw();
  say("");
  $("controls").hidden = true;
  $("access").hidden = false;
  $("key-error").textContent = problem;
  $("key").value = "";
  $("key").focus();
}

function say(text, isBad = false) {
  $("message").textContent = text;
  $("message").hidden = text === "";
  $("message").classList.toggle("bad", isBad);
}

$("access").addEventListener("submit", event => {
  event.preventDefault();
  const key = $("key").value.trim();
  // A header holds visible ASCII characters only, and so does a key.
  if (!/^[!-~]+$/.test(key)) {
    ask("A key has visible ASCII characters only.");
    return;
  }

  sessionStorage.setItem(storedKey, key);
  $("key-error").textContent = "";
  refresh();
});
$("refresh").addEventListener("click", refresh);
$("forget").addEventListener("click", () => {
  loading++;
  sessionStorage.removeItem(storedKey);
  ask("");
});
$("profile").addEventListener("change", () => {
  location.hash = $("profile").value;
});
$("machine").addEventListener("change", draw);
addEventListener("hashchange", refresh);

if (sessionStorage.getItem(storedKey)) {
  refresh();
} else {
  ask("");
}
