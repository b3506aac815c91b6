// What @trpc/client makes of a router's type: the same names, and the same calls.

import type { AnyTRPCProcedure, AnyTRPCRouter, TRPCRouterRecord } from "@trpc/server";

type Input<P extends AnyTRPCProcedure> = undefined extends P["_def"]["$types"]["input"]
  ? void | P["_def"]["$types"]["input"]
  : P["_def"]["$types"]["input"];
type Output<P extends AnyTRPCProcedure> = P["_def"]["$types"]["output"];

interface Observer<Value, Failure> {
  onStarted: () => void;
  onData: (value: Value) => void;
  onError: (error: Failure) => void;
  onComplete: () => void;
}

type Calls<P extends AnyTRPCProcedure, ErrorShape> = P["_def"]["type"] extends "query"
  ? { query(input: Input<P>, options?: { signal?: AbortSignal }): Promise<Output<P>> }
  : P["_def"]["type"] extends "mutation"
  ? { mutate(input: Input<P>, options?: { signal?: AbortSignal }): Promise<Output<P>> }
  : {
      subscribe(
        input: Input<P>,
        observer: Partial<
          Observer<Output<P> extends AsyncIterable<infer Value> ? Value : never, TRPCClientError<ErrorShape>>
        >,
      ): { unsubscribe(): void };
    };

type Decorated<Record extends TRPCRouterRecord, ErrorShape> = {
  [Key in keyof Record]: Record[Key] extends AnyTRPCProcedure
    ? Calls<Record[Key], ErrorShape>
    : Record[Key] extends TRPCRouterRecord
    ? Decorated<Record[Key], ErrorShape>
    : never;
};

export interface TRPCClientError<Shape> extends Error {
  shape: Shape | undefined;
}

export interface Link {
  readonly kind: string;
}

export function httpBatchLink(options: { url: string }): Link;

export function createTRPCClient<R extends AnyTRPCRouter>(options: {
  links: Link[];
}): Decorated<R["_def"]["record"], R["_def"]["_config"]["$types"]["errorShape"]>;
