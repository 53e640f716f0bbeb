// @vitest-environment node
import { compactDecrypt, exportJWK, generateKeyPair } from "jose";
import { expect, it, vi } from "vitest";
import { ApiError } from "./errors";
import { seal } from "./seal";
import type { EncryptionKey } from "./types";

const { publicKey, privateKey } = await generateKeyPair("RSA-OAEP-256", { extractable: true });
const key = { ...(await exportJWK(publicKey)), kid: "key-1" } as EncryptionKey;

it("can be opened by the owner of the key, and names the key", async () => {
  const sealed = await seal({ login: "george", password: "pässword" }, key);
  expect(sealed).not.toContain("george");
  const { plaintext, protectedHeader } = await compactDecrypt(sealed, privateKey);
  expect(JSON.parse(new TextDecoder().decode(plaintext))).toEqual({ login: "george", password: "pässword" });
  expect(protectedHeader).toEqual({ alg: "RSA-OAEP-256", enc: "A256GCM", kid: "key-1" });
});

it("refuses where the browser cannot encrypt", async () => {
  vi.stubGlobal("crypto", {});
  await expect(seal({ password: "secret" }, key)).rejects.toThrow(new ApiError("insecure"));
  vi.unstubAllGlobals();
});
