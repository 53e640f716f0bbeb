import { expect, it } from "vitest";
import type { WidgetOptions } from "../../../shared/protocol";
import { mergedOptions } from "./options";

const page = { userToken: "token", apiHost: "https://link.example.com/v1" };

it("what the page gives wins over the template, and the template over the defaults", () => {
  const merged = mergedOptions(
    { ...page, companyName: "", enableSearchBar: true },
    { companyName: "Acme", enableSearchBar: false, enableUpload: true, topProviders: ["grab"] },
    { enableUpload: false, enableTypeBar: false },
  );
  expect(merged).toEqual({
    ...page,
    companyName: "",
    enableSearchBar: true,
    enableUpload: true,
    topProviders: ["grab"],
    enableTypeBar: false,
  });
});

it("an empty setting says nothing", () => {
  const template = { companyName: null, enableUpload: null } as unknown as Partial<WidgetOptions>;
  expect(mergedOptions(page, template, { enableUpload: false })).toEqual({ ...page, enableUpload: false });
});
