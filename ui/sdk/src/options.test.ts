import { describe, expect, it } from "vitest";
import { type ModalOptions, readOptions } from "./options";

const BASE = "https://web.example.com/";
const userToken = `e30.${btoa('{"mode":"SANDBOX"}')}.signature`;
const read = (options: unknown) => readOptions(options as ModalOptions, BASE);

describe("readOptions", () => {
  it("works the API's address out from the token", () => {
    expect(read({ userToken }).widget).toEqual({ userToken, apiHost: "https://link-sandbox.example.com/v1" });
  });

  it("prefers what the customer gives", () => {
    const { widget } = read({
      userToken,
      apiHost: "https://link.example.org/v1/",
      enableUpload: true,
      companyName: "",
    });
    expect(widget).toMatchObject({ apiHost: "https://link.example.org/v1", enableUpload: true, companyName: "" });
  });

  it("takes any token when the address is given", () => {
    expect(read({ userToken: "<usertoken>", apiHost: "https://link.example.org/v1" }).widget.userToken).toBe(
      "<usertoken>",
    );
  });

  it("keeps callbacks apart from what is sent to the widget", () => {
    const onClose = () => {};
    const { widget, callbacks } = read({ userToken, onClose, unknownOption: 1 });
    expect(callbacks).toEqual({ onClose });
    expect(widget).not.toHaveProperty("onClose");
    expect(widget).not.toHaveProperty("unknownOption");
  });

  it.each([
    [undefined, "options are missing"],
    [{}, "userToken is missing"],
    [{ userToken: " " }, "userToken is missing"],
    [{ userToken: "opaque" }, "userToken is not a link token"],
    [{ userToken, apiHost: "link.example.com" }, "apiHost must be a full address"],
    [{ userToken, providers: "upwork" }, "providers must be a list of provider ids"],
    [{ userToken, topProviders: Array(11).fill("upwork") }, "at most 10"],
    [{ userToken, enableSearchBar: "no" }, "enableSearchBar must be true or false"],
    [{ userToken, onClose: "close" }, "onClose must be a function"],
  ])("refuses %j", (options, message) => {
    expect(() => read(options)).toThrow(TypeError);
    expect(() => read(options)).toThrow(message);
  });
});
