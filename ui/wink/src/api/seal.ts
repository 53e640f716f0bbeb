import { CompactEncrypt, importJWK } from "jose";
import { ApiError } from "./errors";
import type { EncryptionKey } from "./types";

const ALG = "RSA-OAEP-256";

/** Encrypts a JSON object so that only the worker that talks to the data source can read it: a compact JWE. */
export async function seal(content: Record<string, string>, key: EncryptionKey): Promise<string> {
  if (!globalThis.crypto?.subtle) throw new ApiError("insecure");
  const plain = new TextEncoder().encode(JSON.stringify(content));
  try {
    return await new CompactEncrypt(plain)
      .setProtectedHeader({ alg: ALG, enc: "A256GCM", kid: key.kid })
      .encrypt(await importJWK({ ...key }, ALG));
  } finally {
    plain.fill(0);
  }
}
