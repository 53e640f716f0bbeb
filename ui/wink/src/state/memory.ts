/** What outlives a reload of the customer's page, for as long as the browser's tab is open. Nothing that was typed. */
interface Remembered {
  sessionToken: string;
  /** The person has said yes in this session. */
  agreed: boolean;
  /** The account that is being connected. */
  accountId: string | null;
  /** The language that the person chose; null: none. */
  language: string | null;
}

export interface Memory {
  read: () => Remembered | null;
  write: (remembered: Remembered) => void;
  forget: () => void;
}

const NOTHING: Memory = { read: () => null, write: () => {}, forget: () => {} };

/** Null where storage is switched off, and in a sandboxed page, which has none. */
function storage(): Storage | null {
  try {
    const store = window.sessionStorage;
    store.getItem("");
    return store;
  } catch {
    return null;
  }
}

async function keyOf(linkToken: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(linkToken));
  const hex = [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `sahod.session.${hex}`;
}

function isRemembered(value: unknown): value is Remembered {
  const { sessionToken, agreed, accountId, language } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof sessionToken === "string" &&
    typeof agreed === "boolean" &&
    (accountId === null || typeof accountId === "string") &&
    (language === null || typeof language === "string")
  );
}

/** Only who holds the link token finds what was kept under it. Never throws: remembering is a courtesy. */
export async function memoryFor(linkToken: string): Promise<Memory> {
  const store = storage();
  if (!store || !globalThis.crypto?.subtle) return NOTHING;
  const key = await keyOf(linkToken);
  const quietly = <Result>(act: () => Result): Result | null => {
    try {
      return act();
    } catch {
      return null;
    }
  };
  return {
    read: () =>
      quietly(() => {
        const value: unknown = JSON.parse(store.getItem(key) ?? "null");
        return isRemembered(value) ? value : null;
      }),
    write: (remembered) => quietly(() => store.setItem(key, JSON.stringify(remembered))),
    forget: () => quietly(() => store.removeItem(key)),
  };
}
