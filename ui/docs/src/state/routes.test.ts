import { expect, it } from "vitest";
import { eventLink, operationLink, routeOf } from "./routes";

it("leads back to where a link was made for", () => {
  for (const id of ["list-users", "a b/c", "é%"]) {
    expect(routeOf(operationLink(id))).toEqual({ page: "operation", id });
    expect(routeOf(eventLink(id))).toEqual({ page: "event", name: id });
  }
});

it.each(["", "#", "#/", "#/operations/", "#/elsewhere/x", "#/operations/%E0%A4%A"])(
  "takes %j for the overview",
  (hash) => {
    expect(routeOf(hash)).toEqual({ page: "overview" });
  },
);
