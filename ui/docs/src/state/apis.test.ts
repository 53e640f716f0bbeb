import { expect, it } from "vitest";
import { APIS, apiOf } from "./apis";

it("shows the API that the address names, and the Open API where it names none", () => {
  expect(APIS.map(({ link }) => apiOf(link.replace("./", "")).name)).toEqual(["Open API", "Link API"]);
  expect(apiOf("?api=nothing").name).toBe("Open API");
});
