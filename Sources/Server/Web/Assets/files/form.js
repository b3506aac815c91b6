// Forms that call procedures: a field's name is its value's place in the input, and where issues point.

import { CallError, mutate } from "./call.js";

const units = { "": 0, k: 1, m: 2, g: 3, t: 4 };

/** A size such as `4 GiB` in bytes; what is none stays text, of which the service says what is wrong. */
function bytes(text) {
  const [, number, unit] = /^([\d.]+)\s*([kmgt]?)(?:i?b)?$/i.exec(text) ?? [];
  return number ? Math.round(Number(number) * 1024 ** units[unit.toLowerCase()]) : text;
}

function json(text, path) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CallError("Some of it cannot be used.", [{ path, message: `This is no JSON: ${error.message}` }]);
  }
}

const lines = (text) =>
  text.trim() === "(none)" ? [] : text.split("\n").map((line) => line.trim()).filter(Boolean);

const kinds = {
  text: (text) => text,
  choice: (text) => text,
  integer: (text) => (Number.isNaN(Number(text)) ? text : Number(text)),
  number: (text) => (Number.isNaN(Number(text)) ? text : Number(text)),
  truth: (text) => text === "true",
  bytes,
  json,
  lines,
  words: (text) => text.split("\n").filter(Boolean),
};

/** What is to be sent of a field; undefined for nothing. */
function valueOf(field, path) {
  const { kind, empty } = field.dataset;
  if (empty === "text") return field.value;
  const text = kind === "text" || kind === "words" ? field.value : field.value.trim();
  if (text.trim() === "") return empty === "null" ? null : undefined;
  return kinds[kind](text, path);
}

function put(input, path, value) {
  const last = path.at(-1);
  let place = input;
  path.slice(0, -1).forEach((key, index) => {
    place = place[key] ??= typeof path[index + 1] === "number" ? [] : {};
  });
  place[last] = value;
}

const pathOf = (name) => name.split(".").map((key) => (/^\d+$/.test(key) ? Number(key) : key));

/** Gives the fields of lists the names that their places make. */
function number(list) {
  [...list.querySelectorAll(":scope > .items > .item")].forEach((item, index, all) => {
    const heading = item.querySelector("h2");
    if (heading) heading.textContent = `Step ${index + 1}`;
    for (const field of item.querySelectorAll("[data-key]")) {
      field.name = `${list.dataset.list}.${index}.${field.dataset.key}`;
    }
    for (const button of item.querySelectorAll("[data-move]")) {
      button.disabled = !all[index + Number(button.dataset.move)];
      button.ariaLabel = `${button.textContent}: step ${index + 1}`;
    }
  });
}

/** The input that a form stands for. */
export function read(form) {
  const input = {};
  for (const list of form.querySelectorAll("[data-list]")) {
    number(list);
    put(input, pathOf(list.dataset.list), []);
  }
  for (const field of form.elements) {
    if (!field.name || !field.dataset.kind) continue;
    const path = pathOf(field.name);
    const value = valueOf(field, path);
    if (value !== undefined) put(input, path, value);
  }
  for (const map of form.querySelectorAll("[data-map]")) {
    for (const item of map.querySelectorAll(":scope > .items > .item")) {
      const name = item.querySelector("[data-variable]").value.trim();
      const content = item.querySelector("[data-content]").value;
      if (name || content) put(input, [...map.dataset.map.split("."), name], content);
    }
  }
  // Lists stand for themselves even when they are empty; so do settings, which replace those that were.
  if (form.querySelector('[name^="settings."]')) input.settings ??= {};
  return input;
}

/** The part of a form at which an issue is told: that of its path, or of what holds it. */
function placeOf(form, path) {
  for (let length = path.length; length > 0; length--) {
    const name = path.slice(0, length).join(".");
    const field = form.elements.namedItem(name);
    if (field && field.type !== "hidden") return [field, field.closest(".field")];
    const group = form.querySelector(`[data-map="${CSS.escape(name)}"], [data-list="${CSS.escape(name)}"]`);
    if (group) return [group.querySelector("input, textarea, button"), group];
  }
  return [];
}

/** An issue in the words of somebody who fills in a form. */
function words({ code, expected, type, minimum, message }) {
  if (code === "invalid_type" && expected === "number") return "Write a number.";
  if (message === "Required") return "This must not be empty.";
  if (code === "too_small" && type === "string" && minimum === 1) return "This must not be empty.";
  return message;
}

let errors = 0;

function clear(form) {
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const error of form.querySelectorAll(".error, .form-error")) error.hidden = true;
}

function tell(form, error) {
  const rest = [];
  let first;
  for (const issue of error.issues ?? []) {
    const { path } = issue;
    const message = words(issue);
    const [field, holder] = placeOf(form, path);
    const text = holder?.querySelector(":scope > .error");
    if (!text) {
      rest.push(path.length ? `${path.join(".")}: ${message}` : message);
      continue;
    }
    text.textContent = text.hidden ? message : `${text.textContent} ${message}`;
    text.hidden = false;
    text.id ||= `error-${++errors}`;
    for (let details = field.closest("details"); details; details = details.parentElement.closest("details")) {
      details.open = true;
    }
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", text.id);
    first ??= field;
  }
  const all = form.querySelector(".form-error");
  if (all) {
    all.textContent = [error.message, ...rest].join(" ");
    all.hidden = false;
  }
  (first ?? all)?.focus();
}

/** What is written and not yet sent. */
const changed = new Set();

function follow(form, data) {
  const { next } = form.dataset;
  if (!next) return location.reload();
  // A slug that is the form's own word leads to the form.
  const place = data.slug === "new" ? data.id : data.slug;
  location.assign(next.replace(/\{(\w+)\}/g, (_, key) => encodeURIComponent(key === "place" ? place : data[key])));
}

async function send(form) {
  const buttons = form.querySelectorAll("button:not([type])");
  clear(form);
  for (const button of buttons) button.disabled = true;
  try {
    const data = await mutate(form.dataset.procedure, read(form));
    changed.delete(form);
    form.dispatchEvent(new CustomEvent("sent", { bubbles: true, detail: data }));
    if (!("stays" in form.dataset)) follow(form, data);
  } catch (error) {
    tell(form, error);
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

function add(list) {
  const items = list.querySelector(":scope > .items");
  items.append(list.querySelector(":scope > template").content.cloneNode(true));
  number(list);
  items.lastElementChild.querySelector("input, textarea").focus();
}

function remove(item) {
  const list = item.closest("[data-list], [data-map]");
  const next = item.nextElementSibling ?? item.previousElementSibling;
  item.remove();
  number(list);
  (next?.querySelector("[data-remove]") ?? list.querySelector(":scope > [data-add]")).focus();
}

function move(button) {
  const item = button.closest(".item");
  if (button.dataset.move === "1") item.nextElementSibling.after(item);
  else item.previousElementSibling.before(item);
  number(item.closest("[data-list]"));
  if (button.disabled) item.querySelector("[data-move]:enabled")?.focus();
  else button.focus();
}

document.addEventListener("submit", (event) => {
  if (!event.target.dataset.procedure) return;
  event.preventDefault();
  send(event.target);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { opens, move: step } = button.dataset;
  if (opens) document.getElementById(opens).showModal();
  if ("closes" in button.dataset) button.closest("dialog").close();
  if ("add" in button.dataset) add(button.parentElement);
  if ("remove" in button.dataset) remove(button.closest(".item"));
  if (step) move(button);
  if ("add" in button.dataset || "remove" in button.dataset || step) changed.add(button.form);
});

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.classList.contains("form")) changed.add(form);
});

addEventListener("beforeunload", (event) => {
  if (changed.size) event.preventDefault();
});

document.querySelectorAll("[data-list]").forEach(number);
