import { describe, expect, it, vi } from "vitest";
import type { LinkApi } from "../api/client";
import { ApiError } from "../api/errors";
import type { Session, Upload } from "../api/types";
import { Uploads } from "./uploads.svelte";

const upload = (id: string, status: Upload["status"] = "STARTED") => ({ id, status }) as Upload;
const listener = () => ({ created: vi.fn(), removed: vi.fn(), expired: vi.fn() });
const make = (api: Partial<LinkApi>, on = listener()) => ({ uploads: new Uploads(api as LinkApi, on), on });
const session = { consent: { version: "2026-11-01" } } as Session;
const payslip = new File(["hello"], "payslip.pdf", { type: "application/pdf" });

describe("Uploads", () => {
  it("sends files as Base64, and says how far it is", async () => {
    const seen: (number | null)[] = [];
    const api = {
      upload: vi.fn(async (_request: unknown, onSent: (part: number) => void) => {
        onSent(0.5);
        seen.push(uploads.sent);
        return upload("u-1");
      }),
    };
    const { uploads, on } = make(api as unknown as LinkApi);
    expect(await uploads.send(session, [payslip], "abccorp")).toBe(true);
    const files = [{ name: "payslip.pdf", contentType: "application/pdf", content: btoa("hello") }];
    expect(api.upload.mock.calls[0]?.[0]).toEqual({ files, consentVersion: "2026-11-01", providerId: "abccorp" });
    expect(seen).toEqual([0.5]);
    expect(uploads.sent).toBeNull();
    expect(uploads.isReading).toBe(true);
    expect(on.created).toHaveBeenCalledExactlyOnceWith(upload("u-1"));
  });

  it("names no source when there is none", async () => {
    const send = vi.fn(async () => upload("u-1"));
    await make({ upload: send }).uploads.send(session, [payslip], null);
    expect(send).toHaveBeenCalledWith(expect.not.objectContaining({ providerId: null }), expect.anything());
  });

  it("says what went wrong, and does not lose the session's end", async () => {
    const failed = make({ upload: () => Promise.reject(new ApiError("network")) });
    expect(await failed.uploads.send(session, [payslip], null)).toBe(false);
    expect(failed.uploads.trouble?.kind).toBe("network");
    expect(failed.uploads.sent).toBeNull();
    expect(failed.on.created).not.toHaveBeenCalled();

    const over = make({ upload: () => Promise.reject(new ApiError("expired", 401)) });
    await over.uploads.send(session, [payslip], null);
    expect(over.on.expired).toHaveBeenCalledOnce();
  });

  it("lists what is still there, and keeps the last list when it cannot be read", async () => {
    const read = vi.fn(async () => [upload("u-1", "ANALYZED"), upload("u-2", "REVOKED")]);
    const { uploads } = make({ uploads: read });
    await uploads.load();
    read.mockRejectedValue(new ApiError("server", 500));
    await uploads.load();
    expect(uploads.items.map(({ id }) => id)).toEqual(["u-1"]);
    expect(uploads.isReading).toBe(false);
  });

  it("removes one, or says that it could not", async () => {
    const remove = vi.fn(async () => {});
    const { uploads, on } = make({ uploads: async () => [upload("u-1"), upload("u-2")], removeUpload: remove });
    await uploads.load();
    await uploads.remove(upload("u-1"));
    expect(on.removed).toHaveBeenCalledExactlyOnceWith(upload("u-1"));
    remove.mockRejectedValue(new ApiError("network"));
    await expect(uploads.remove(upload("u-2"))).rejects.toThrow();
    expect(uploads.items.map(({ id }) => id)).toEqual(["u-2"]);
  });
});
