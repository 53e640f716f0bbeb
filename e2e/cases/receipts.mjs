// What a person agreed to: on screen, as a file, and whether anybody can check the file.
import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { openAtGrab, signInAt } from "../pages/grab.mjs";
import { GEORGE } from "../pages/widget.mjs";

async function receipt({ customer, open }, size) {
  const session = await open(size);
  const { site, start } = await openAtGrab(session, customer);
  const widget = await start();
  await signInAt(widget, GEORGE.password);
  await widget.screen("Grab is connected");
  await widget.press("Save a receipt for Grab");
  await widget.screen("What you agreed to");
  await widget.text("Receipt number");
  await session.look("receipt", widget.frame);
  const saving = session.page.waitForEvent("download");
  await widget.press("Save as a file");
  const download = await saving;
  assert.match(download.suggestedFilename(), /^receipt-grab-\d{4}-\d\d-\d\d\.json$/);
  const saved = JSON.parse(readFileSync(await download.path(), "utf8"));
  await widget.press("Back");
  await widget.screen("What you share");
  await widget.leave("Done");

  const [{ accountId, userId }] = await site.called("onAccountConnected");
  assert.deepEqual(saved.receipt.account, { id: accountId, provider: { id: "grab", name: "Grab" } });
  assert.equal(saved.receipt.person.userId, userId);
  assert.equal(saved.receipt.revokedAt, null);
  await isSigned(saved);
}

/** As somebody would who has nothing but the file. */
async function isSigned({ receipt, jws, jwks }) {
  const [header, payload, signature] = jws.split(".");
  const read = (part) => JSON.parse(Buffer.from(part, "base64url").toString());
  const { alg, kid } = read(header);
  const { keys } = await (await fetch(jwks)).json();
  const key = createPublicKey({ key: keys.find((one) => one.kid === kid), format: "jwk" });
  assert.equal(alg, "EdDSA");
  assert.ok(
    verify(null, Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, "base64url")),
    "the signature",
  );
  assert.deepEqual(read(payload), receipt);
}

export const cases = {
  "a receipt on a phone": (t) => receipt(t, "phone"),
  "a receipt on a desktop": (t) => receipt(t, "desktop"),
};
