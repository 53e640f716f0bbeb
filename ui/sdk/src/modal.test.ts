import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeModalClass } from "./modal";

const leaveFor = vi.fn();
const SmileLinkModal = makeModalClass("https://web.example.com/v2/smile.v2.js", {}, leaveFor);
const userToken = `e30.${btoa('{"mode":"SANDBOX","jti":"t-1"}')}.signature`;
const iframe = () => document.querySelector("iframe");

/** Plays the widget: says ready from the iframe's window and returns its end of the port. */
function ready(origin = "https://web.example.com") {
  const inside = iframe()?.contentWindow;
  if (!inside) throw new Error("no iframe");
  const post = vi.spyOn(inside, "postMessage").mockImplementation(() => {});
  dispatchEvent(new MessageEvent("message", { data: { sahod: "ready" }, origin, source: inside }));
  const call = post.mock.calls[0] as unknown as [unknown, string, MessagePort[]] | undefined;
  return { message: call?.[0], target: call?.[1], port: call?.[2][0] };
}

const delivered = () => new Promise((resolve) => setTimeout(resolve, 20));

beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener() {}, removeEventListener() {} }));
  document.body.innerHTML = "<button>opener</button>";
  document.querySelector("button")?.focus();
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("SmileLinkModal", () => {
  it("shows the widget once and puts everything back", () => {
    const modal = new SmileLinkModal({ userToken });
    modal.open();
    modal.open();
    expect(document.querySelectorAll("iframe")).toHaveLength(1);
    expect(iframe()?.src).toBe("https://web.example.com/wink/?id=t-1");
    expect(document.documentElement.style.overflow).toBe("hidden");
    modal.close();
    expect(iframe()).toBeNull();
    expect(document.documentElement.style.overflow).toBe("");
    expect(document.activeElement?.textContent).toBe("opener");
  });

  it("hands the options over to the widget's origin only, and its calls back", async () => {
    const onAccountCreated = vi.fn();
    const onClose = vi.fn();
    new SmileLinkModal({ userToken, onAccountCreated, onClose }).open();
    const { message, target, port } = ready();
    expect(target).toBe("https://web.example.com");
    expect(message).toMatchObject({ sahod: "connect", options: { userToken }, pageUrl: location.href });
    const account = { accountId: "a-1", userId: "u-1", providerId: "upwork" };
    port?.postMessage({ type: "callback", name: "onAccountCreated", payload: account });
    port?.postMessage({ type: "callback", name: "onClose", payload: { reason: "exit" } });
    await delivered();
    expect(onAccountCreated).toHaveBeenCalledWith(account);
    expect(onClose).toHaveBeenCalledExactlyOnceWith({ reason: "exit" });
    expect(iframe()).toBeNull();
  });

  it("leaves for web addresses only, and only when the widget says so on its port", async () => {
    const modal = new SmileLinkModal({ userToken });
    modal.open();
    const { port } = ready();
    const url = "https://source.example/authorize";
    const data = { type: "navigate", url: "https://evil.example/" };
    dispatchEvent(new MessageEvent("message", { data, source: window }));
    for (const bad of ["javascript:alert(1)", "//evil.example", null])
      port?.postMessage({ type: "navigate", url: bad });
    port?.postMessage({ type: "navigate", url });
    await delivered();
    expect(leaveFor).toHaveBeenCalledExactlyOnceWith(url);
    modal.close();
  });

  it("reaches a widget without an origin, as in a sandboxed page", () => {
    const modal = new SmileLinkModal({ userToken });
    modal.open();
    expect(ready("null").target).toBe("*");
    modal.close();
  });

  it("ignores other windows and other origins", () => {
    const modal = new SmileLinkModal({ userToken });
    modal.open();
    dispatchEvent(new MessageEvent("message", { data: { sahod: "ready" }, source: window }));
    expect(ready("https://evil.example").message).toBeUndefined();
    modal.close();
  });

  it("closes the first modal when a second one opens", () => {
    const onClose = vi.fn();
    const first = new SmileLinkModal({ userToken, onClose });
    const second = new SmileLinkModal({ userToken });
    first.open();
    second.open();
    expect(onClose).toHaveBeenCalledWith({ reason: "close" });
    expect(document.querySelectorAll("iframe")).toHaveLength(1);
    second.close();
  });

  it("survives a callback that throws", async () => {
    const report = vi.spyOn(console, "error").mockImplementation(() => {});
    const modal = new SmileLinkModal({
      userToken,
      onTokenExpired: () => {
        throw new Error("customer's bug");
      },
    });
    modal.open();
    ready().port?.postMessage({ type: "callback", name: "onTokenExpired", payload: {} });
    await delivered();
    expect(report).toHaveBeenCalledOnce();
    expect(iframe()).not.toBeNull();
    modal.close();
  });

  it("gives the page back when the widget does not load", () => {
    vi.useFakeTimers();
    vi.spyOn(console, "error").mockImplementation(() => {});
    const onClose = vi.fn();
    new SmileLinkModal({ userToken, onClose }).open();
    vi.advanceTimersByTime(20_000);
    expect(onClose).toHaveBeenCalledWith({ reason: "error" });
    expect(iframe()).toBeNull();
  });
});
