// A client of the program that says from which address of this machine it comes. Every answer is read whole.
import { Agent, request } from "node:http";

const PATIENCE_MS = 20_000;

/** `call(method, path, body, authorization)` gives `{status, body}`; the body is read as JSON when it is some. */
export function clientAt(program, localAddress, { connections = 4 } = {}) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const call = (method, path, body, authorization) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = {
        ...(authorization && { authorization }),
        ...(text !== undefined && { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
      };
      const { host, port } = program;
      const sent = request({ host, port, localAddress, agent, method, path, headers, timeout: PATIENCE_MS });
      sent.on("timeout", () => sent.destroy(new Error(`${method} ${path} was not answered`)));
      sent.on("error", reject);
      sent.on("response", async (response) => {
        try {
          const chunks = [];
          for await (const chunk of response) chunks.push(chunk);
          resolve({ status: response.statusCode, body: read(Buffer.concat(chunks).toString()) });
        } catch (error) {
          reject(error);
        }
      });
      sent.end(text);
    });

  /** The data of an answer that is none of refusal. */
  const data = async (...words) => {
    const answer = await call(...words);
    if (answer.status >= 300) throw new Error(`${words[0]} ${words[1]}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body.data;
  };
  return { call, data, close: () => agent.destroy() };
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
