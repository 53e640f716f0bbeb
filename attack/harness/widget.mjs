// The widget, without a screen: a session of a new person of a tenant, and what they type.
import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from "node:crypto";

const OPEN = "/sandbox/v1";
const LINK = "/link-sandbox/v1";
/** A code that the sandbox takes. */
const CODE = "1234";

export async function openWidget(client, key) {
  const { user, token } = await client.data("POST", `${OPEN}/users`, {}, key);
  const session = await client.data("POST", `${LINK}/sessions`, {}, `Bearer ${token.accessToken}`);
  const bearer = `Bearer ${session.sessionToken}`;
  const call = (method, path, body) => client.data(method, LINK + path, body, bearer);
  const encrypt = (form) => jwe(session.encryptionKey, form);
  const person = session.testPeople[0];
  const login = { login: person.email, password: person.password };
  /** Begins to link the person there; what the attempt is at. */
  const start = (providerId, form = login) =>
    call("POST", "/accounts", {
      providerId,
      consentVersion: session.consent.version,
      credentials: encrypt(form),
    });

  /** Links the person there, whatever is asked; the account's id. */
  async function link(providerId) {
    let progress = await start(providerId);
    const { accountId } = progress;
    while (progress.stage !== "DONE") {
      if (["FAILED", "REVOKED"].includes(progress.stage)) throw new Error(`a link failed: ${JSON.stringify(progress)}`);
      if (progress.stage === "WAITING_FOR_ANSWER") {
        const answer = { promptId: progress.prompt.id, answer: encrypt({ answer: CODE }) };
        await call("POST", `/accounts/${accountId}/answers`, answer);
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
      progress = await call("GET", `/accounts/${accountId}/progress`);
    }
    return accountId;
  }
  return { user: user.id, bearer, session, call, start, link };
}

/** A compact JWE (RFC 7516): RSA-OAEP-256 and A256GCM. */
function jwe(jwk, form) {
  const header = Buffer.from(JSON.stringify({ alg: "RSA-OAEP-256", enc: "A256GCM", kid: jwk.kid })).toString("base64url");
  const [contentKey, nonce] = [randomBytes(32), randomBytes(12)];
  const key = createPublicKey({ key: jwk, format: "jwk" });
  const wrapped = publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, contentKey);
  const cipher = createCipheriv("aes-256-gcm", contentKey, nonce).setAAD(Buffer.from(header));
  const body = Buffer.concat([cipher.update(JSON.stringify(form)), cipher.final()]);
  const parts = [wrapped, nonce, body, cipher.getAuthTag()];
  return [header, ...parts.map((part) => part.toString("base64url"))].join(".");
}
