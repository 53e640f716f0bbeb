// What a customer's server does: makes applicants and link tokens, and reads their data.
import assert from "node:assert/strict";

export function openApi({ sandboxUrl, apiKey, apiSecret }) {
  const authorization = `Basic ${Buffer.from(`${apiKey}:${apiSecret}`).toString("base64")}`;

  async function call(method, path, body) {
    const response = await fetch(sandboxUrl + path, {
      method,
      headers: { authorization, ...(body && { "content-type": "application/json" }) },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
    const answer = await response.json();
    assert.equal(answer.code, "OK", `${method} ${path} answered ${response.status} ${JSON.stringify(answer)}`);
    return answer.data;
  }

  return {
    call,
    /** A new applicant: `{userId, userToken}`. */
    newUser: async () => {
      const { user, token } = await call("POST", "/users", {});
      return { userId: user.id, userToken: token.accessToken };
    },
    newToken: async (userId) => (await call("POST", `/tokens?userId=${userId}`)).accessToken,
    list: async (resource, userId) => (await call("GET", `/${resource}?userId=${userId}&size=150`)).items,
  };
}
