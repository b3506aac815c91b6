// Calls the service's procedures, as any other program does.

/** What went wrong; `issues` say where in the input. */
export class CallError extends Error {
  constructor(message, issues = []) {
    super(message);
    this.issues = issues;
  }
}

function issuesIn(message) {
  try {
    const issues = JSON.parse(message);
    return Array.isArray(issues) ? issues.filter((issue) => Array.isArray(issue?.path)) : [];
  } catch {
    return [];
  }
}

async function answer(request) {
  let response;
  try {
    response = await request;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new CallError("The service cannot be reached. Nothing that you wrote is lost; try again.");
  }
  const body = await response.json().catch(() => null);
  if (!body?.result && !body?.error) {
    throw new CallError(`The service cannot answer now (${response.status}). Nothing that you wrote is lost.`);
  }
  if (body.error) {
    const issues = issuesIn(body.error.message);
    throw new CallError(issues.length ? "Some of it cannot be used." : body.error.message, issues);
  }
  return body.result.data;
}

/** Calls a mutation. */
export const mutate = (procedure, input) =>
  answer(
    fetch(`/trpc/${procedure}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(input),
    }),
  );

/** Calls a query. */
export const query = (procedure, input, signal) =>
  answer(fetch(`/trpc/${procedure}?input=${encodeURIComponent(JSON.stringify(input))}`, { signal }));
