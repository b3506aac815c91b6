// What every page has: times that stay true, and regions that follow the service.

const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "short" });

function tellTimes(root = document) {
  for (const time of root.querySelectorAll("time[data-relative]")) {
    const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
    const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? units[3];
    const text = relative.format(Math.trunc(seconds / size), unit);
    if (time.textContent !== text) time.textContent = text;
    time.title ||= new Date(time.dateTime).toLocaleString();
  }
}

/** Puts the regions of a page as it is now into the place of those shown, as far as they differ. */
async function refresh() {
  const source = document.querySelector("[data-refresh]")?.dataset.refresh ?? location.href;
  const response = await fetch(source, { headers: { accept: "text/html" } });
  if (!response.ok || response.redirected) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  tellTimes(fresh);
  for (const region of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(region.id);
    for (const shown of region.querySelectorAll("details[id]")) {
      const same = fresh.getElementById(shown.id);
      if (same) same.open = shown.open;
    }
    if (!next || next.innerHTML === region.innerHTML) continue;
    // Whoever writes into it or reads what went wrong is not disturbed.
    const active = document.activeElement;
    if (region.contains(active) && active.matches("input, textarea, select, .form-error")) continue;
    const place = region.contains(active) && active.getAttribute("href");
    region.replaceChildren(...next.childNodes);
    if (place) region.querySelector(`[href="${CSS.escape(place)}"]`)?.focus();
  }
}

/** One refresh at a time; what comes meanwhile is one more after it. */
let isBusy = false;
let isDue = false;
async function refreshSoon() {
  isDue = true;
  if (isBusy) return;
  isBusy = true;
  while (isDue && !document.hidden) {
    isDue = false;
    await refresh().catch(() => {});
  }
  isBusy = false;
}

function follow() {
  const connection = document.getElementById("connection");
  const updates = new EventSource("/updates");
  updates.addEventListener("change", refreshSoon);
  updates.onopen = () => {
    connection.hidden = true;
    refreshSoon();
  };
  updates.onerror = () => {
    connection.hidden = false;
    if (updates.readyState === EventSource.CLOSED) setTimeout(followAgain, 5000);
  };
  addEventListener("pagehide", () => updates.close(), { once: true });
}

/** Whoever is not let in any more is sent to sign in by the page itself. */
async function followAgain() {
  const session = await fetch("/session").catch(() => undefined);
  if (session?.ok && (await session.json()) === null) return location.reload();
  follow();
}

tellTimes();
setInterval(tellTimes, 1000);
if (document.querySelector("[data-live]")) follow();
document.addEventListener("visibilitychange", () => document.hidden || (isDue && refreshSoon()));
