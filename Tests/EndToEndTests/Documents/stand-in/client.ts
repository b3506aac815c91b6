// A client that says what it takes things for; each mistake must be found.

import { createTRPCClient, httpBatchLink } from "@trpc/client";
import type { AppRouter, Run, RunState, Task } from "./trpc";

const caretaker = createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: "http://127.0.0.1:4000/trpc" })] });

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : never;
const same = <A, B>(_: Same<A, B>): void => undefined;

export async function use(): Promise<void> {
  const tasks = await caretaker.tasks.list.query();
  same<typeof tasks, Task[]>(true);
  const task = await caretaker.tasks.create.mutate({
    name: "Tidy",
    steps: [{ instructions: "Tidy the white space.", checks: "" }],
    settings: { limits: { total: 600 }, environment: { LANG: "C" } },
  });
  same<typeof task, Task>(true);
  const created = await caretaker.runs.create.mutate({ taskId: task.id, repository: "o/n", ref: null });
  const run = await caretaker.runs.byId.query({ id: created.id });
  same<typeof run, Run>(true);
  const state: RunState = run.state;
  const waiting = run.waiting;
  if (waiting !== null && state === "queued") same<"cap_task", Extract<typeof waiting, "cap_task">>(true);
  const found = await caretaker.tasks.byId.query({ id: "tidy" });
  same<typeof found, Task | null>(true);
  await caretaker.runs.list.query();
  await caretaker.runs.list.query({ state: "failed", limit: 10 });
  await caretaker.schedules.pauseAll.mutate();
  const subscription = caretaker.runs.onMessage.subscribe(
    { id: created.id, lastEventId: "3" },
    {
      onData: (message) => same<typeof message, Record<string, unknown>>(true),
      onError: (error) => same<typeof error.shape, import("@trpc/server").TRPCDefaultErrorShape | undefined>(true),
    },
  );
  subscription.unsubscribe();
}

export async function mistakes(): Promise<void> {
  // @ts-expect-error: a query is no mutation.
  await caretaker.tasks.list.mutate();
  // @ts-expect-error: there is no such procedure.
  await caretaker.tasks.rename.mutate({ id: "tidy" });
  // @ts-expect-error: the input is missing.
  await caretaker.runs.byId.query();
  // @ts-expect-error: the repository is missing.
  await caretaker.runs.create.mutate({ taskId: "tidy" });
  // @ts-expect-error: the name is no number.
  await caretaker.tasks.create.mutate({ name: 7, steps: [] });
  // @ts-expect-error: there is no such state.
  await caretaker.runs.list.query({ state: "ended" });
  // @ts-expect-error: what may be null is not always there.
  (await caretaker.tasks.byId.query({ id: "tidy" })).name;
  // @ts-expect-error: a run has no such field.
  (await caretaker.runs.byId.query({ id: "x" })).price;
}
