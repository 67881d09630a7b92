import type { OperationName, OperationOutput, OperationRequest } from '../../protocol/operations.ts';

/** An answer as a handler may give it: nobody downstream changes it. */
export type Answer<T> = T extends readonly (infer Item)[]
  ? readonly Answer<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: Answer<T[K]> }
    : T;

type Handler<N extends OperationName> = (
  request: OperationRequest<N>,
) => Answer<OperationOutput<N>> | Promise<Answer<OperationOutput<N>>>;

/** One transport-free function per operation: parsed input in, result or MintmarkError out. */
export type Handlers = { readonly [N in OperationName]: Handler<N> };
