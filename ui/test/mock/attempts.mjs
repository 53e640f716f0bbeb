// What happens between "sign in" and "done", with timers instead of a data source.
import { randomUUID } from "node:crypto";
import { consent, people } from "./data.mjs";
import { promptOf, questionOf } from "./prompts.mjs";
import { ERROR_CODES, scriptOf } from "./script.mjs";

/** @import { AccountErrorCode, Progress, TestPerson } from "../../wink/src/api/types" */
/** @import { Question, QuestionName } from "./prompts.mjs" */

const digits = (text) => text.replace(/\D/g, "");

function personOf(login) {
  return people.find(
    (person) =>
      person.email === login || (digits(login) && [digits(person.mobile), person.ssNumber].includes(digits(login))),
  );
}

/**
 * A login such as `fail.ACCOUNT_LOCKED@example.com` ends in that error.
 * @param {string} login
 */
function wantedFailure(login) {
  const code = /^fail\.([A-Z_]+)@/.exec(login)?.[1];
  return ERROR_CODES.find((known) => known === code) ?? null;
}

const NO_SCRIPT = /** @type {import("./script.mjs").Script} */ ({ prompts: null, error: null, partial: false });

export class Attempt {
  /** `times`: `{ stepMs, promptLifeMs, resendMs, approvalMs }`; `authorizeUrl`: where a source's own page is, by state. */
  constructor({ account, provider, times, authorizeUrl }) {
    this.account = account;
    this.provider = provider;
    this.times = times;
    this.authorizeUrl = authorizeUrl;
    /** @type {Set<(progress: Progress) => void>} */
    this.listeners = new Set();
    this.timers = [];
    this.asked = 0;
    /** @type {QuestionName[]} */
    this.prompts = [];
    /** Nobody before the sign-in. */
    this.person = /** @type {TestPerson} */ ({});
    this.script = NO_SCRIPT;
    /** @type {Question} */
    this.question = { prompt: { kind: "CODE" } };
    /** @type {Pick<Progress, "stage" | "prompt" | "datapoints" | "errorCode"> & { status: Progress["connectionStatus"] }} */
    this.state = { stage: "SIGNING_IN", status: "PENDING", prompt: null, datapoints: [], errorCode: null };
    this.updatedAt = "";
    this.touch();
  }

  touch() {
    this.updatedAt = new Date().toISOString();
  }

  /** @returns {Progress} */
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
      lastReadAt: null,
      nextReadAt: null,
      updatedAt: this.updatedAt,
    };
  }

  /** @param {Partial<Attempt["state"]>} change */
  set(change) {
    Object.assign(this.state, change);
    this.touch();
    this.account.connectionStatus = this.state.status;
    for (const listener of this.listeners) listener(this.progress());
  }

  later(act, ms = this.times.stepMs) {
    this.timers.push(setTimeout(act, ms));
  }

  stop() {
    this.timers.forEach(clearTimeout);
  }

  get isOver() {
    return ["DONE", "FAILED", "REVOKED"].includes(this.state.stage);
  }

  /**
   * @param {AccountErrorCode} errorCode
   * @param {Progress["connectionStatus"]} status
   */
  fail(errorCode, status = "ERROR") {
    this.stop();
    this.set({ stage: "FAILED", status, errorCode, prompt: null });
  }

  signIn({ login, password }) {
    this.later(() => {
      const failure = wantedFailure(login);
      const person = personOf(login);
      const script = person && scriptOf(password);
      if (failure) this.fail(failure);
      else if (!person || (!script && person.password !== password)) this.fail("INVALID_CREDENTIALS");
      else {
        this.person = person;
        this.script = script ?? NO_SCRIPT;
        this.prompts = [...(this.script.prompts ?? (this.provider.mfa ? ["sms"] : []))];
        this.goOn();
      }
    });
  }

  goOn() {
    const name = this.prompts.shift();
    if (name) this.ask(name);
    else if (this.script.error) this.fail(this.script.error);
    else this.read();
  }

  ask(name) {
    this.redirectState = randomUUID();
    this.question = questionOf(name, this.person, this.authorizeUrl(this.redirectState));
    this.show();
    if (this.question.elsewhere) this.later(() => this.returned(true), this.times.approvalMs);
  }

  show() {
    const { promptLifeMs, resendMs } = this.times;
    this.asked++;
    const prompt = promptOf(this.question, `p-${this.asked}`, promptLifeMs, resendMs);
    this.set({ stage: "WAITING_FOR_ANSWER", status: "AWAITING_MFA", prompt });
    this.later(() => this.fail("MFA_TIMEOUT"), promptLifeMs + 3000);
  }

  isOpen(promptId) {
    const { prompt } = this.state;
    return prompt !== null && prompt.id === promptId && Date.parse(prompt.expiresAt) >= Date.now();
  }

  answered() {
    this.stop();
    this.set({ stage: "SIGNING_IN", status: "PENDING", prompt: null });
  }

  /** False when that prompt is not open. */
  answer(promptId, answer) {
    const { person } = this;
    const { takes, after } = this.question;
    if (!this.isOpen(promptId) || !takes) return false;
    this.answered();
    const next = after?.(answer);
    if (next) this.prompts.unshift(next);
    this.later(() => (takes(answer, person) ? this.goOn() : this.fail("INVALID_MFA")));
    return true;
  }

  /** The person came back from the source's own page. */
  returned(granted) {
    this.answered();
    this.later(() => (granted ? this.goOn() : this.fail("INVALID_AUTH")));
  }

  /** False when it cannot be sent again. */
  resend(promptId) {
    const { resendAt } = this.state.prompt ?? {};
    if (!this.isOpen(promptId) || !resendAt || Date.parse(resendAt) > Date.now()) return false;
    this.question = { ...this.question, prompt: { ...this.question.prompt, ...this.question.next } };
    // As the server does: for a moment nothing is asked.
    this.answered();
    this.later(() => this.show());
    return true;
  }

  read() {
    this.set({ stage: "READING", status: "CONNECTED" });
    const step = () => {
      const missing = consent.datapoints.find((datapoint) => !this.state.datapoints.includes(datapoint));
      if (!missing) this.set({ stage: "DONE" });
      else if (this.script.partial && this.state.datapoints.length > 1) this.fail("SYSTEM_ERROR", "CONNECTED");
      else {
        this.set({ datapoints: [...this.state.datapoints, missing] });
        this.later(step);
      }
    };
    this.later(step);
  }
}
