import type { ProviderWithLogin } from "../api/types";

type Values = Record<string, string>;

/** What was typed into each source's form, for another try. Never a password. */
export class Drafts {
  readonly #kept = new Map<string, Values>();

  of(providerId: string): Values {
    return this.#kept.get(providerId) ?? {};
  }

  keep({ id, login }: ProviderWithLogin, values: Values): void {
    const open = login.fields.filter((field) => field.kind !== "PASSWORD");
    this.#kept.set(id, Object.fromEntries(open.map(({ name }) => [name, values[name] ?? ""])));
  }
}
