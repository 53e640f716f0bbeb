// What happens between "sign in" and "done", with timers instead of a data source.
import { consent, people } from "./data.mjs";

const PROMPT_LIFE_MS = 120_000;
const digits = (text) => text.replace(/\D/g, "");

function personOf(login) {
  return people.find(
    (person) =>
      person.email === login || (digits(login) && [digits(person.mobile), person.ssNumber].includes(digits(login))),
  );
}

/** A login such as `fail.ACCOUNT_LOCKED@example.com` ends in that error. */
function wantedFailure(login) {
  return /^fail\.([A-Z_]+)@/.exec(login)?.[1] ?? null;
}

export class Attempt {
  constructor({ account, provider, stepMs, promptLifeMs = PROMPT_LIFE_MS }) {
    this.account = account;
    this.provider = provider;
    this.stepMs = stepMs;
    this.promptLifeMs = promptLifeMs;
    this.listeners = new Set();
    this.timers = [];
    this.state = { stage: "SIGNING_IN", status: "PENDING", prompt: null, datapoints: [], errorCode: null };
    this.touch();
  }

  touch() {
    this.updatedAt = new Date().toISOString();
  }

  progress() {
    const { stage, status, prompt, datapoints, errorCode } = this.state;
    return {
      accountId: this.account.id,
      userId: this.account.userId,
      providerId: this.provider.id,
      connectionStatus: status,
      stage,
      prompt,
      datapoints,
      errorCode,
      errorMessage: null,
      updatedAt: this.updatedAt,
    };
  }

  set(change) {
    Object.assign(this.state, change);
    this.touch();
    this.account.connectionStatus = this.state.status;
    for (const listener of this.listeners) listener(this.progress());
  }

  later(act) {
    this.timers.push(setTimeout(act, this.stepMs));
  }

  stop() {
    this.timers.forEach(clearTimeout);
  }

  get isOver() {
    return ["DONE", "FAILED", "REVOKED"].includes(this.state.stage);
  }

  fail(errorCode, status = "ERROR") {
    this.stop();
    this.set({ stage: "FAILED", status, errorCode, prompt: null });
  }

  signIn({ login, password }) {
    this.later(() => {
      const failure = wantedFailure(login);
      const person = personOf(login);
      if (failure) this.fail(failure);
      else if (person?.password !== password) this.fail("INVALID_CREDENTIALS");
      else if (this.provider.mfa) this.ask(person);
      else this.read();
    });
  }

  ask(person) {
    const prompt = {
      id: `p-${this.account.id}`,
      kind: "CODE",
      channel: "SMS",
      sentTo: `•••• ${person.mobile.slice(-4)}`,
      length: 4,
      expiresAt: new Date(Date.now() + this.promptLifeMs).toISOString(),
    };
    this.code = person.code;
    this.set({ stage: "WAITING_FOR_ANSWER", status: "AWAITING_MFA", prompt });
    this.timers.push(setTimeout(() => this.fail("MFA_TIMEOUT"), this.promptLifeMs + 3000));
  }

  /** False when that prompt is not open. */
  answer(promptId, answer) {
    const { prompt } = this.state;
    if (prompt?.id !== promptId || Date.parse(prompt.expiresAt) < Date.now()) return false;
    this.stop();
    this.set({ stage: "SIGNING_IN", status: "PENDING", prompt: null });
    this.later(() => (answer === this.code ? this.read() : this.fail("INVALID_MFA")));
    return true;
  }

  read() {
    this.set({ stage: "READING", status: "CONNECTED" });
    const step = () => {
      const missing = consent.datapoints.find((datapoint) => !this.state.datapoints.includes(datapoint));
      if (!missing) this.set({ stage: "DONE" });
      else {
        this.set({ datapoints: [...this.state.datapoints, missing] });
        this.later(step);
      }
    };
    this.later(step);
  }
}
