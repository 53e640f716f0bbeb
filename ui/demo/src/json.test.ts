import { describe, expect, it } from "vitest";
import { indent } from "../../shared/json";
import { rawBody } from "./api";
import { jsonView } from "./json";

describe("JSON as it was written", () => {
  it("keeps every digit and every escape", () => {
    expect(indent('{"amount":1234.50, "list":[1E+2,true],"none":{},"text":"a \\"b\\": {c}"}')).toBe(
      '{\n  "amount": 1234.50,\n  "list": [\n    1E+2,\n    true\n  ],\n  "none": {},\n  "text": "a \\"b\\": {c}"\n}',
    );
  });

  it("is text, never markup, and shows what is no JSON as it is", () => {
    const view = jsonView('{"name":"<img src=x>"}');
    expect(view.querySelector("img")).toBeNull();
    expect(view.textContent).toBe('{\n  "name": "<img src=x>"\n}');
    expect(view.querySelectorAll(".j-name, .j-text")).toHaveLength(2);
    expect(jsonView("???").textContent).toBe("???");
  });

  it("finds the body that the server passed on", () => {
    expect(rawBody('{"request":{"path":"/x"},"status":200,"body":{"a":1.50,"body":2}}')).toBe('{"a":1.50,"body":2}');
    expect(rawBody("no answer of ours")).toBe("no answer of ours");
  });
});
