// What is live in the forms of schedules: the preview of an expression, and what a making-up came to.

import { query } from "./call.js";
import "./form.js";

const pace = 250;
const preview = document.getElementById("preview");

function element(name, text, ...children) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

const list = (name, texts) => element(name, "", ...texts.map((text) => element("li", text)));

function show(answer) {
  const parts = [element("p", answer.explanation)];
  if (answer.next.length) {
    parts.push(element("h2", `Next slots in ${answer.zone}`), list("ol", answer.next));
  } else {
    parts.push(element("p", "No slot lies ahead."));
  }
  if (answer.clockChanges.length) {
    parts.push(element("h2", "When the clocks change"), list("ul", answer.clockChanges.map((change) => change.text)));
  }
  if (answer.lint.length) {
    parts.push(element("h2", "Worth knowing"), list("ul", answer.lint.map((lint) => lint.message)));
  }
  preview.replaceChildren(...parts);
}

function complain(error) {
  const texts = error.issues?.length ? error.issues.map((issue) => issue.message) : [error.message];
  preview.replaceChildren(...texts.map((text) => element("p", text)));
  for (const text of preview.children) text.className = "why";
}

let turn;
async function ask({ expression, zone, id }) {
  turn?.abort();
  turn = new AbortController();
  const { signal } = turn;
  if (!expression.value.trim()) return;
  const input = { expression: expression.value, zone: zone.value.trim() || null, count: 10, id: id?.value || null };
  try {
    const answer = await query("schedules.preview", input, signal);
    // An answer that comes after the next question is nobody's any more.
    if (!signal.aborted) show(answer);
  } catch (error) {
    if (!signal.aborted) complain(error);
  }
}

if (preview) {
  const { elements } = preview.closest("form");
  // A form has an id of its own, so that one of its fields is found by name alone.
  const fields = {
    expression: elements.namedItem("expression"),
    zone: elements.namedItem("zone"),
    id: elements.namedItem("id"),
  };
  const zones = Intl.supportedValuesOf("timeZone").map((name) => new Option(name, name));
  document.getElementById("zones").append(...zones);
  let wait;
  const later = () => {
    clearTimeout(wait);
    wait = setTimeout(ask, pace, fields);
  };
  fields.expression.addEventListener("input", later);
  fields.zone.addEventListener("input", later);
  ask(fields);
}

const several = (number, thing) => `${number || "no"} ${thing}${number === 1 ? "" : "s"}`;

document.addEventListener("sent", ({ target, detail }) => {
  const result = target.querySelector(".result");
  if (!result) return;
  const { runs, hadRuns, open } = detail;
  const rest = open ? ` ${several(open, "slot")} of the range will be decided on soon.` : "";
  result.textContent = `This made ${several(runs.length, "run")}; ${several(hadRuns, "slot")} had one before.${rest}`;
  result.hidden = false;
});
