// What trpc.d.ts takes from @trpc/server, in so far as a client's types depend on it.

interface Definition {
  input: unknown;
  output: unknown;
  meta: unknown;
}

interface Procedure<Kind extends "query" | "mutation" | "subscription", D extends Definition> {
  _def: { type: Kind; procedure: true; $types: { input: D["input"]; output: D["output"] } };
}

export interface TRPCQueryProcedure<D extends Definition> extends Procedure<"query", D> {}
export interface TRPCMutationProcedure<D extends Definition> extends Procedure<"mutation", D> {}
export interface TRPCSubscriptionProcedure<D extends Definition> extends Procedure<"subscription", D> {}

export type AnyTRPCProcedure =
  | TRPCQueryProcedure<any>
  | TRPCMutationProcedure<any>
  | TRPCSubscriptionProcedure<any>;

export interface TRPCRouterRecord {
  [key: string]: AnyTRPCProcedure | TRPCRouterRecord;
}

interface RootTypes {
  ctx: object;
  meta: object;
  errorShape: unknown;
  transformer: boolean;
}

export interface TRPCDefaultErrorShape {
  message: string;
  code: number;
  data: { code: string; httpStatus: number; path?: string; stack?: string };
}

interface Router<Root extends RootTypes, Record extends TRPCRouterRecord> {
  _def: { _config: { $types: Root }; router: true; record: Record };
}

export type TRPCBuiltRouter<Root extends RootTypes, Record extends TRPCRouterRecord> = Router<Root, Record> & Record;
export type AnyTRPCRouter = Router<any, any>;
