// Files that are handed over slowly, by people who cannot do better, and by strangers who could.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { clientAt } from "../harness/client.mjs";
import { hold } from "../harness/sockets.mjs";
import { openWidget } from "../harness/widget.mjs";

const SAMPLE = readFileSync(new URL("../../docs/samples/payslip-george.pdf", import.meta.url));
/** A weak phone, of half a megabit. What it sends takes longer than an answer may take. */
const BYTES_PER_SECOND = 64 * 1024;
const SECONDS = 6;
const STEP_MS = 100;

export const cases = {
  "a slow upload beside many that never end": async ({ program, atEnd }) => {
    const stranger = clientAt(program, "127.0.0.7");
    const phone = clientAt(program, "127.0.0.8");
    atEnd(stranger.close);
    atEnd(phone.close);
    const [evil, weak] = [
      await openWidget(stranger, program.tenants.stranger),
      await openWidget(phone, program.tenants.honest),
    ];
    const text = () =>
      `POST /link-sandbox/v1/uploads HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${evil.bearer}\r\n` +
      'Content-Type: application/json\r\nContent-Length: 9000000\r\n\r\n{"files":[';
    const held = hold(program, { count: 20, from: ["127.0.0.7"], text });
    atEnd(held.end);
    const { status, body } = await upload(program, weak);
    assert.equal(status, 201, body);
  },
};

/** Hands a payslip over, at the phone's pace: a PDF may have anything after its end. */
async function upload({ host, port }, { bearer, session }) {
  const file = Buffer.concat([SAMPLE, Buffer.alloc((BYTES_PER_SECOND * SECONDS * 3) / 4, "\n")]);
  const files = [{ name: "payslip.pdf", contentType: "application/pdf", content: file.toString("base64") }];
  const text = Buffer.from(JSON.stringify({ files, consentVersion: session.consent.version }));
  const headers = { authorization: bearer, "content-type": "application/json", "content-length": text.length };
  const path = "/link-sandbox/v1/uploads";
  const sent = request({ host, port, localAddress: "127.0.0.8", method: "POST", path, headers, agent: false });
  const answered = new Promise((resolve, reject) => {
    sent.on("error", reject);
    sent.on("response", (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (more) => {
        body += more;
      });
      response.on("end", () => resolve({ status: response.statusCode, body }));
    });
  });
  answered.catch(() => {});
  const step = (BYTES_PER_SECOND * STEP_MS) / 1000;
  for (let at = 0; at < text.length; at += step) {
    sent.write(text.subarray(at, at + step));
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
  sent.end();
  return answered;
}
