// @vitest-environment node
import { expect, it } from "vitest";
import type { LoginField, ProviderWithLogin } from "../api/types";
import { Drafts } from "./drafts";

const field = (name: string, kind: LoginField["kind"]) => ({ name, kind }) as LoginField;

it("keeps what was typed at each source, but no secret", () => {
  const fields = [field("login", "LOGIN"), field("pin", "PASSWORD"), field("company", "TEXT")];
  const drafts = new Drafts();
  drafts.keep({ id: "upwork", login: { fields } } as ProviderWithLogin, { login: "george", pin: "1234" });
  expect(drafts.of("upwork")).toEqual({ login: "george", company: "" });
  expect(drafts.of("grab")).toEqual({});
});
