// Signs in with a token and goes on to where the reader came from; signs out.

const form = document.getElementById("signin");
const input = document.getElementById("token");
const error = document.getElementById("token-error");

function tell(text) {
  error.textContent = text;
  error.hidden = !text;
  input.toggleAttribute("aria-invalid", false);
  if (text) input.setAttribute("aria-invalid", "true");
}

async function signIn() {
  const response = await fetch("/session", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token: input.value.trim() }),
  });
  if (response.ok) return location.replace(form.dataset.next);
  const seconds = response.headers.get("retry-after");
  const reason = (await response.json().catch(() => ({}))).error ?? `The service answered ${response.status}.`;
  tell(seconds ? `${reason} Try again in ${seconds} seconds.` : reason);
  input.select();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  tell("");
  await signIn().catch(() => tell("The service does not answer."));
  button.disabled = false;
});

document.getElementById("signout")?.addEventListener("click", async () => {
  const response = await fetch("/session", { method: "DELETE" }).catch(() => undefined);
  if (response?.ok) location.reload();
});

// Who follows a link from elsewhere brings no cookie there, and may be signed in all the same.
if (!form.dataset.who) {
  const response = await fetch("/session").catch(() => undefined);
  if (response?.ok && (await response.json())?.via === "session") location.replace(form.dataset.next);
}
