// A run's page: its transcript grows at the end while the run goes on and at the beginning when somebody reads up. What
// an entry says is the server's; here it only gets its place.

import "./form.js";

const transcript = document.getElementById("window");
const list = document.getElementById("entries");
const typing = document.getElementById("typing");
const toEnd = document.getElementById("to-end");
const depthLimit = 8;
/** So many entries stay when the reader is at the end, and those above go a few at a time. */
const kept = 2000;
const slack = 200;

const number = (entry) => Number(entry.dataset.message);

/** The card of a tool use, in which its result and what its subagent does belong. */
function card(use) {
  if (!use) return;
  const found = [...list.querySelectorAll(`[data-use="${CSS.escape(use)}"]`)].at(-1);
  let depth = 0;
  for (let outer = found; (outer = outer?.parentElement.closest(".entry")); ) depth += 1;
  return depth < depthLimit ? found : undefined;
}

function place(entry) {
  const { of, parent } = entry.dataset;
  for (const home of [card(of), card(parent)]) {
    if (!home || home === entry || entry.contains(home)) continue;
    home.querySelector(":scope > .inside").append(entry);
    return true;
  }
  return false;
}

function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

// What comes.

const isAtEnd = () => scrollY + innerHeight >= document.documentElement.scrollHeight - 80;
let isFollowing = isAtEnd();
/** Where the end was when the page was last taken there. */
let end = { top: 0, height: 0 };
let settling = 0;

function goToEnd() {
  const go = () => {
    const { scrollHeight } = document.documentElement;
    scrollTo({ top: scrollHeight, behavior: "instant" });
    end = { top: scrollY, height: scrollHeight };
  };
  go();
  // Entries that come into view get their true height; whoever has left meanwhile is not taken back.
  settling += 1;
  const settle = () => {
    settling -= 1;
    if (isFollowing) go();
  };
  requestAnimationFrame(() => requestAnimationFrame(settle));
}

/** Whether it was not the reader who left the end: entries that get their true height move the page, too. */
function isMovedAlone() {
  const { scrollHeight } = document.documentElement;
  return isFollowing && settling > 0 && scrollHeight !== end.height && scrollY > end.top - innerHeight;
}

function showButton() {
  toEnd.hidden = isFollowing || !transcript.dataset.follow;
}

function append(html) {
  document.getElementById("no-entries")?.remove();
  for (const entry of [...parsed(html).body.children]) {
    endTyping(entry.dataset.parent ?? "");
    document.adoptNode(entry);
    if (!place(entry)) list.append(entry);
  }
  if (isFollowing) {
    trim();
    goToEnd();
  }
}

/** Takes entries away above, which can be loaded anew; what is late of them stays to find its card again. */
function trim() {
  let cut = list.children.length - kept;
  if (cut < slack) return;
  while (cut < list.children.length && number(list.children[cut]) === number(list.children[cut - 1])) cut += 1;
  if (cut >= list.children.length) return;
  const first = number(list.children[cut]);
  const late = [];
  for (const entry of [...list.children].slice(0, cut)) {
    if (number(entry) >= first) continue;
    for (const inner of entry.querySelectorAll(".entry")) {
      if (number(inner) >= first && !late.some((other) => other.contains(inner))) late.push(inner);
    }
    entry.remove();
  }
  list.prepend(...late);
  wayToEarlier(first);
}

function wayToEarlier(first) {
  let link = document.getElementById("earlier");
  if (!link) {
    const way = document.createElement("p");
    way.className = "way";
    link = document.createElement("a");
    link.id = "earlier";
    link.textContent = "Earlier";
    way.append(link);
    list.before(way);
    watch();
  }
  const { run } = list.dataset;
  link.href = `/runs/${run}?before=${first}#transcript`;
  link.dataset.fragment = `/runs/${run}/transcript?before=${first}`;
}

// Text while it is written, by who writes it.

const writers = new Map();

function type({ parent, part, kind, tool, text }) {
  const writer = parent ?? "";
  let writing = writers.get(writer);
  if (writing && (writing.part !== part || writing.kind !== kind)) {
    endTyping(writer);
    writing = undefined;
  }
  if (!writing) {
    if (writers.size >= 64) return;
    const element = document.createElement("div");
    element.className = `partial ${kind}`;
    if (tool) element.append(Object.assign(document.createElement("b"), { textContent: tool }), " ");
    const words = document.createTextNode("");
    element.append(words);
    (card(parent)?.querySelector(":scope > .inside") ?? typing).append(element);
    writing = { part, kind, element, words };
    writers.set(writer, writing);
  }
  writing.words.data = (writing.words.data + text).slice(-20000);
  if (isFollowing) goToEnd();
}

function endTyping(writer) {
  writers.get(writer)?.element.remove();
  writers.delete(writer);
}

function follow(address) {
  let last = Number(list.dataset.last);
  let source;
  const open = () => {
    const url = new URL(address, location.href);
    url.searchParams.set("after", last);
    source = new EventSource(url);
    source.onmessage = (event) => {
      if (Number(event.lastEventId) <= last) return;
      last = Number(event.lastEventId);
      append(JSON.parse(event.data));
    };
    source.addEventListener("partial", (event) => type(JSON.parse(event.data)));
    source.addEventListener("end", () => {
      source.close();
      for (const writer of [...writers.keys()]) endTyping(writer);
      delete transcript.dataset.follow;
      showButton();
    });
    source.onerror = () => {
      for (const writer of [...writers.keys()]) endTyping(writer);
      // The browser tries again by itself unless something else answered in the service's place.
      if (source.readyState === EventSource.CLOSED) setTimeout(open, 3000);
    };
  };
  open();
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => event.persisted && transcript.dataset.follow && open());
}

// What was before.

async function load(link) {
  if (link.dataset.isBusy) return;
  link.dataset.isBusy = "yes";
  try {
    const response = await fetch(link.dataset.fragment);
    if (!response.ok) throw new Error(response.statusText);
    const more = parsed(await response.text());
    const anchor = list.firstElementChild;
    const top = anchor?.getBoundingClientRect().top ?? 0;
    list.prepend(...more.getElementById("entries").children);
    const next = more.getElementById("earlier");
    if (next) link.closest(".way").replaceChildren(next);
    else link.closest(".way").remove();
    for (const entry of list.querySelectorAll(":scope > [data-of], :scope > [data-parent]")) place(entry);
    if (anchor?.isConnected) scrollBy({ top: anchor.getBoundingClientRect().top - top, behavior: "instant" });
    watch();
  } catch {
    delete link.dataset.isBusy;
  }
}

/** Loads what is earlier when the reader comes up to it; what is in sight from the start waits for a click. */
const observer = new IntersectionObserver(
  (changes) => {
    for (const { target, isIntersecting } of changes) {
      if (isIntersecting && target.dataset.wasAway) load(target);
      if (!isIntersecting) target.dataset.wasAway = "yes";
    }
  },
  { rootMargin: "600px 0px 0px" },
);

function watch() {
  observer.disconnect();
  const link = document.getElementById("earlier");
  if (link) observer.observe(link);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("#earlier");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    load(link);
  }
});
toEnd.addEventListener("click", () => {
  isFollowing = true;
  goToEnd();
});
addEventListener(
  "scroll",
  () => {
    isFollowing = isAtEnd() || isMovedAlone();
    showButton();
  },
  { passive: true },
);
let touched = { x: 0, y: 0 };
addEventListener(
  "touchstart",
  ({ touches }) => {
    touched = { x: touches[0].clientX, y: touches[0].clientY };
  },
  { passive: true },
);
function isUpwards({ type, deltaY, key, shiftKey, touches }) {
  if (type === "wheel") return deltaY < 0;
  if (type === "keydown") return ["ArrowUp", "Home", "PageUp"].includes(key) || (key === " " && shiftKey);
  const [{ clientX, clientY }] = touches;
  return clientY - touched.y > Math.max(10, Math.abs(clientX - touched.x));
}
/** What comes in the same moment does not hold back who turns away. */
function turnAway(event) {
  if (scrollY === 0 || !isUpwards(event)) return;
  isFollowing = false;
  showButton();
}
for (const kind of ["wheel", "touchmove", "keydown"]) addEventListener(kind, turnAway, { passive: true });

watch();
showButton();
if (transcript.dataset.follow) follow(transcript.dataset.follow);
