/** What the operations of the Link API take and answer, by their ids. */

import type { operations } from "./types";

type Success<Responses> = Responses[keyof Responses & (200 | 201 | 202)];

/** The `data` of a successful answer. */
export type Data<Id extends keyof operations> =
  Success<operations[Id]["responses"]> extends { content: { "application/json": { data: infer Found } } }
    ? Found
    : null;

/** What is sent. */
export type Body<Id extends keyof operations> = operations[Id] extends {
  requestBody?: { content: { "application/json": infer Sent } };
}
  ? Sent
  : never;

/** What a list is narrowed down by. */
export type Query<Id extends keyof operations> = NonNullable<operations[Id]["parameters"]["query"]>;
