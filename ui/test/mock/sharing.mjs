// What a person handed over, and the receipts for it.
import { randomUUID } from "node:crypto";

const DAY_MS = 86_400_000;
const TYPES = ["application/pdf", "image/png", "image/jpeg", "image/tiff"];
const MAX_FILES = 10;
const at = (ms) => new Date(ms).toISOString();

/** An account as the list has it: with what was read, and when it is read again. */
export function listed(account, consent) {
  const { login, ...shown } = account;
  const isShared = account.connectionStatus === "CONNECTED";
  const now = Date.now();
  return {
    ...shown,
    datapoints: isShared ? consent.datapoints : [],
    lastReadAt: isShared ? at(now) : null,
    nextReadAt: isShared && consent.continuous ? at(now + 30 * DAY_MS) : null,
    monitorStatus: isShared ? (consent.continuous ? "ACTIVE" : "UNSUPPORTED") : null,
  };
}

/** Of an account, which has a provider, or of documents. */
export function receiptOf({ id, userId, createdAt, providerId, provider, fileNames }, consent) {
  const shared = provider
    ? { account: { id, provider: { id: providerId, name: provider.name } } }
    : { upload: { id, fileCount: fileNames.length } };
  const receipt = {
    id: `rcpt-${id.slice(-12)}`,
    version: consent.version,
    agreedAt: createdAt,
    organisation: { name: "Demo Lending" },
    person: { userId },
    ...shared,
    purpose: consent.purpose,
    datapoints: consent.datapoints,
    continuous: provider ? consent.continuous : false,
    retentionDays: consent.retentionDays,
    revoke: "Open the page again and choose Remove.",
    revokedAt: null,
  };
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return { receipt, jws: `${part({ alg: "EdDSA" })}.${part(receipt)}.unsigned`, jwks: "https://example.com/jwks.json" };
}

/** One person's documents. Those whose name begins with `bad` cannot be read. */
export class MockUploads {
  items = [];

  constructor(userId) {
    this.userId = userId;
  }

  /** Null when the request is not acceptable. */
  create({ files, providerId = "upload" }, readingMs) {
    const acceptable = ({ name, contentType, content }) => name && TYPES.includes(contentType) && content;
    if (!files?.length || files.length > MAX_FILES || !files.every(acceptable)) return null;
    const fileNames = files.map(({ name }) => name);
    const { userId } = this;
    const status = "STARTED";
    const upload = { id: `ar-${randomUUID()}`, createdAt: at(Date.now()), fileNames, status, errorCode: null };
    Object.assign(upload, { providerId, userId });
    this.items.unshift(upload);
    setTimeout(() => {
      const isBad = fileNames.some((name) => name.startsWith("bad"));
      upload.status = isBad ? "ERROR" : "ANALYZED";
      upload.errorCode = isBad ? "MISSING_MANDATORY_FIELD" : null;
    }, readingMs).unref();
    return upload;
  }

  remove(id) {
    this.items = this.items.filter((upload) => upload.id !== id);
  }
}
