// What a person handed over, and the receipts for it.
import { randomUUID } from "node:crypto";

/** @import { Body } from "../../wink/src/api/operations" */
/** @import { Consent, LinkedAccount, ProviderName, Receipt, SignedReceipt, Upload } from "../../wink/src/api/types" */

/**
 * An account as the mock keeps it: with what the person signed in with, and without what follows from its state.
 * @typedef {Omit<LinkedAccount, "datapoints" | "lastReadAt" | "nextReadAt" | "monitor" | "monitorStatus"> & { login: string }} MockAccount
 */

const DAY_MS = 86_400_000;
const TYPES = ["application/pdf", "image/png", "image/jpeg", "image/tiff"];
const MAX_FILES = 10;
const at = (ms) => new Date(ms).toISOString();

/**
 * An account that was just made.
 * @param {string} userId
 * @param {string} login
 * @param {ProviderName} provider
 * @returns {MockAccount}
 */
export function newAccount(userId, login, provider) {
  const createdAt = at(Date.now());
  return {
    id: `a-${randomUUID().replaceAll("-", "")}`,
    login,
    createdAt,
    providerId: provider.id,
    userId,
    connectionStatus: "PENDING",
    connection: { status: "PENDING", errorCode: null, errorMessage: null, updatedAt: createdAt },
    provider,
  };
}

/**
 * An account as the list has it: with what was read, and when it is read again.
 * @param {MockAccount} account
 * @param {Consent} consent
 * @returns {LinkedAccount}
 */
export function listed(account, consent) {
  const { login, ...shown } = account;
  const isShared = account.connectionStatus === "CONNECTED";
  const now = Date.now();
  const monitorStatus = isShared && consent.continuous ? "ACTIVE" : "UNSUPPORTED";
  return {
    ...shown,
    datapoints: isShared ? consent.datapoints : [],
    lastReadAt: isShared ? at(now) : null,
    nextReadAt: isShared && consent.continuous ? at(now + 30 * DAY_MS) : null,
    monitorStatus,
    monitor: { status: monitorStatus, updatedAt: at(now) },
  };
}

/**
 * Of an account, which has a provider, or of documents.
 * @param {MockAccount | Upload} of
 * @param {Consent} consent
 * @returns {SignedReceipt}
 */
export function receiptOf(of, consent) {
  const { id, userId, createdAt } = of;
  const shared =
    "provider" in of
      ? { account: { id, provider: { id: of.provider.id, name: of.provider.name } } }
      : { upload: { id, fileCount: of.fileNames.length } };
  /** @type {Receipt} */
  const receipt = {
    id: `rcpt-${id.slice(-12)}`,
    version: consent.version,
    agreedAt: createdAt,
    organisation: { name: "Demo Lending" },
    person: { userId },
    ...shared,
    purpose: consent.purpose,
    datapoints: consent.datapoints,
    continuous: "provider" in of && consent.continuous,
    retentionDays: consent.retentionDays,
    revoke: "Open the page again and choose Remove.",
    revokedAt: null,
  };
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return { receipt, jws: `${part({ alg: "EdDSA" })}.${part(receipt)}.unsigned`, jwks: "https://example.com/jwks.json" };
}

/** One person's documents. Those whose name begins with `bad` cannot be read. */
export class MockUploads {
  items = /** @type {Upload[]} */ ([]);

  /** @param {string} userId */
  constructor(userId) {
    this.userId = userId;
  }

  /**
   * Null when the request is not acceptable.
   * @param {Body<"create-upload">} request
   * @param {number} readingMs
   */
  create({ files, providerId = "upload" }, readingMs) {
    /** @param {Body<"create-upload">["files"][number]} file */
    const isAcceptable = ({ name, contentType, content }) => name && TYPES.includes(contentType) && content;
    if (!files?.length || files.length > MAX_FILES || !files.every(isAcceptable)) return null;
    const fileNames = files.map(({ name }) => name ?? "");
    /** @type {Upload} */
    const upload = {
      id: `u-${randomUUID().replaceAll("-", "")}`,
      createdAt: at(Date.now()),
      fileNames,
      status: "STARTED",
      errorCode: null,
      providerId,
      userId: this.userId,
    };
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
