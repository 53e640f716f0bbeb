/** The Link API's nouns, as `docs/link-api.md` has them. */

import type { WidgetOptions } from "../../../shared/protocol";

type Mode = "SANDBOX" | "PRODUCTION";

export type Datapoint =
  | "IDENTITIES"
  | "TRANSACTIONS"
  | "RATINGS"
  | "EMPLOYMENTS"
  | "DOCUMENTS"
  | "INCOMES"
  | "CONTRIBUTIONS"
  | "EINCOMES"
  | "LIABILITIES"
  | "LINK"
  | "INSIGHTS";

export type ErrorCode =
  | "ACCOUNT_DISABLED"
  | "ACCOUNT_INACCESSIBLE"
  | "ACCOUNT_INCOMPLETE"
  | "ACCOUNT_LOCKED"
  | "AUTH_REQUIRED"
  | "EXPIRED_CREDENTIALS"
  | "INVALID_ACCOUNT_TYPE"
  | "INVALID_AUTH"
  | "INVALID_CREDENTIALS"
  | "INVALID_MFA"
  | "MFA_TIMEOUT"
  | "SERVICE_UNAVAILABLE"
  | "SYSTEM_ERROR"
  | "TOS_REQUIRED"
  | "UNSUPPORTED_AUTH_TYPE"
  | "UNSUPPORTED_MFA_METHOD";

type ConnectionStatus = "PENDING" | "AWAITING_MFA" | "ERROR" | "CONNECTED" | "DISCONNECTED";

export interface TestPerson {
  name: string;
  country: string;
  email: string;
  mobile: string;
  ssNumber: string | null;
  password: string;
  code: string;
}

/** What a developer types as a test person's password to make the sandbox do it. Several are joined with `+`. */
export interface TestInput {
  input: string;
  group: string;
  title: string;
}

export interface EncryptionKey {
  kty: string;
  kid: string;
  n: string;
  e: string;
}

/** How the organisation wants the widget to be. What its page says in code counts more. */
interface Template {
  id: string;
  name: string;
  language: string | null;
  options: Partial<WidgetOptions>;
  theme: Theme;
}

export interface Theme {
  primaryColor: string | null;
  logoUrl: string | null;
  rounded: boolean | null;
}

interface Consent {
  version: string;
  /** In the organisation's own words; null: in the widget's. */
  purpose: string | null;
  datapoints: Datapoint[];
  retentionDays: number;
  /** What is shared is read again every month, until the person stops it. */
  continuous: boolean;
}

export interface Session {
  /** Null where the session was asked for with its own token. */
  sessionToken: string | null;
  expiresAt: string;
  mode: Mode;
  userId: string;
  organisation: { name: string };
  template: Template | null;
  consent: Consent;
  encryptionKey: EncryptionKey;
  testPeople: TestPerson[] | null;
  sandbox?: { inputs: TestInput[] } | null;
}

export type ProviderType = "GIG" | "GOVERNMENT" | "SYSTEM" | "EMPLOYER" | "CREDENTIAL";

export interface Provider {
  id: string;
  name: string;
  longName: string;
  logoUrl: string;
  type: ProviderType;
  active: boolean;
  enabled: boolean;
  accountConnection: boolean;
  /** How well it can be reached at present. */
  health?: "UP" | "DEGRADED" | "DOWN";
  supported: Datapoint[];
  country: string | null;
}

export type LoginName = "EMAIL" | "MOBILE" | "USERNAME" | "SS_NUMBER" | "EMPLOYEE_NUMBER";

export interface LoginField {
  name: string;
  kind: "LOGIN" | "PASSWORD" | "TEXT";
  accepts: LoginName[];
  label: string;
  required: boolean;
}

export interface ProviderWithLogin extends Provider {
  login: { fields: LoginField[] };
}

export interface LinkedAccount {
  id: string;
  createdAt: string;
  providerId: string;
  userId: string;
  connectionStatus: ConnectionStatus;
  connection: { errorCode: ErrorCode | null; updatedAt: string };
  lastReadAt: string | null;
  /** Null: it will not be read again, as things are. */
  nextReadAt: string | null;
  /** `USER_ACTION_REQUIRED`: it would be read again, but its source wants the person to sign in first. */
  monitorStatus: "ACTIVE" | "USER_ACTION_REQUIRED" | "UNSUPPORTED" | null;
  datapoints: Datapoint[];
  provider: { id: string; name: string; logoUrl: string };
}

type PromptKind = "CODE" | "AUTHENTICATOR" | "CHOICE" | "QUESTION" | "APPROVAL" | "CAPTCHA" | "REDIRECT";

export type PromptChannel = "SMS" | "EMAIL" | "VOICE" | "APP";

/** One of the ways to get a code; its id is the answer. */
interface PromptOption {
  id: string;
  channel: PromptChannel;
  sentTo: string | null;
}

/** What the source asks. Each kind has its own fields; the others are null. */
export interface Prompt {
  id: string;
  kind: PromptKind;
  channel: PromptChannel | null;
  /** Masked; for an approval the name of the device. */
  sentTo: string | null;
  length: number | null;
  question: string | null;
  options: PromptOption[] | null;
  /** A `data:` address. */
  picture: string | null;
  /** The source's own page. */
  url: string | null;
  /** From when on it can be sent again; null: never. */
  resendAt: string | null;
  expiresAt: string;
}

export type Stage = "SIGNING_IN" | "WAITING_FOR_ANSWER" | "READING" | "DONE" | "FAILED" | "REVOKED";

export interface Progress {
  accountId: string;
  userId: string;
  providerId: string;
  connectionStatus: ConnectionStatus;
  stage: Stage;
  prompt: Prompt | null;
  datapoints: Datapoint[];
  errorCode: ErrorCode | null;
  updatedAt: string;
}

/** How far the person came, for the organisation's figures. The server sees everything else by itself. */
export type Step = "CONSENTED" | "DECLINED" | "SEARCHED" | "CHOSEN" | "NOT_FOUND" | "CLOSED";

export interface Page<Item> {
  nextCursor: string | null;
  items: Item[];
}

type UploadStatus = "STARTED" | "ANALYZED" | "UNSUPPORTED" | "ERROR" | "REVOKED";

/** Files that were handed over together. */
export interface Upload {
  id: string;
  createdAt: string;
  fileNames: string[];
  status: UploadStatus;
  errorCode: string | null;
  providerId: string;
  userId: string;
}

/** Something that a person shares, as the API's paths name it. */
export interface Shared {
  kind: "accounts" | "uploads";
  id: string;
}

/** What a person agreed to. */
export interface Receipt {
  id: string;
  version: string;
  agreedAt: string;
  organisation: { name: string };
  person: { userId: string };
  /** What is shared: this or `upload`. */
  account?: { id: string; provider: { id: string; name: string } };
  upload?: { id: string; fileCount: number };
  purpose: string | null;
  datapoints: Datapoint[];
  continuous: boolean;
  retentionDays: number;
  /** How to take it back, in a sentence. */
  revoke: string;
  revokedAt: string | null;
}

export interface SignedReceipt {
  receipt: Receipt;
  /** The same, signed. */
  jws: string;
  /** Where the keys are that the signature is checked with. */
  jwks: string;
}
