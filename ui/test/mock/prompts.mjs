// What the mock asks of a person, and what it takes for an answer.

/** @import { Prompt, TestPerson } from "../../wink/src/api/types" */

/** @typedef {"sms" | "email" | "voice" | "authenticator" | "choice" | "question" | "approval" | "captcha" | "redirect"} QuestionName */

/**
 * What a source asks. `takes`: whether an answer is right; `after`: what is asked next; `again`: whether it can be sent again,
 * `at` so many milliseconds from now, and what is different then; `elsewhere`: it is answered on another device.
 * @typedef {{
 *   prompt: Partial<Prompt> & Pick<Prompt, "kind">,
 *   takes?: (answer: string, person: TestPerson) => boolean,
 *   after?: (answer: string) => QuestionName,
 *   again?: boolean,
 *   at?: number,
 *   next?: Partial<Prompt>,
 *   elsewhere?: boolean,
 * }} Question
 */

/** A white picture with a black bar: enough to be seen, and to fail on where pictures are not shown. */
const PICTURE =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 220 80'%3E%3Crect width='220' height='80' fill='%23fff'/%3E%3Cpath d='M12 60 60 18l30 44 36-46 30 40 52-34' fill='none' stroke='%239ab' stroke-width='5'/%3E%3Ctext x='28' y='54' font-size='38' font-family='monospace' letter-spacing='6'%3E";

const picture = (text) => `${PICTURE}${text}%3C/text%3E%3C/svg%3E`;

const EMPTY = {
  channel: null,
  sentTo: null,
  length: null,
  question: null,
  options: null,
  picture: null,
  url: null,
};

/** @type {(channel: Prompt["channel"], sentTo: string) => Question} */
const code = (channel, sentTo) => ({
  prompt: { kind: "CODE", channel, sentTo, length: 4 },
  takes: (answer, person) => answer === person.code,
  again: true,
});

const mobile = (person) => `•••• ${person.mobile.slice(-4)}`;
const mail = (person) => `${person.email[0]}•••@${person.email.split("@")[1]}`;

/**
 * One question by its name in the sandbox's inputs.
 * @param {QuestionName} name
 * @param {TestPerson} person
 * @param {string} authorizeUrl
 * @returns {Question}
 */
export function questionOf(name, person, authorizeUrl) {
  switch (name) {
    case "email":
      return code("EMAIL", mail(person));
    case "voice":
      return code("VOICE", mobile(person));
    case "authenticator":
      return { prompt: { kind: "AUTHENTICATOR", length: 6 }, takes: (answer) => answer === "123456" };
    case "choice":
      return {
        prompt: {
          kind: "CHOICE",
          options: [
            { id: "sms", channel: "SMS", sentTo: mobile(person) },
            { id: "email", channel: "EMAIL", sentTo: mail(person) },
            { id: "voice", channel: "VOICE", sentTo: mobile(person) },
          ],
        },
        takes: () => true,
        after: (answer) => /** @type {QuestionName} */ (answer),
      };
    case "question":
      return {
        prompt: { kind: "QUESTION", question: "What was the name of your first employer?" },
        takes: (answer) => answer.toLowerCase() === "sahod",
      };
    case "approval":
      return { prompt: { kind: "APPROVAL", channel: "APP", sentTo: "Sandbox phone" }, elsewhere: true };
    case "captcha":
      return {
        prompt: { kind: "CAPTCHA", picture: picture("SAHOD7") },
        takes: (answer) => ["SAHOD7", "SWELDO"].includes(answer.toUpperCase()),
        again: true,
        at: 0,
        next: { picture: picture("SWELDO") },
      };
    case "redirect":
      return { prompt: { kind: "REDIRECT", url: authorizeUrl } };
    default:
      return code("SMS", mobile(person));
  }
}

/**
 * The prompt on the wire.
 * @param {Question} question
 * @param {string} id
 * @param {number} lifeMs
 * @param {number} resendMs
 * @returns {Prompt}
 */
export function promptOf(question, id, lifeMs, resendMs) {
  const from = (ms) => new Date(Date.now() + ms).toISOString();
  return {
    ...EMPTY,
    ...question.prompt,
    id,
    resendAt: question.again ? from(question.at ?? resendMs) : null,
    expiresAt: from(lifeMs),
  };
}
