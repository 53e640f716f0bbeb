// Made-up providers and the sandbox's test people, enough to show every screen.

/** @import { Consent, Datapoint, LoginField, Provider, TestPerson } from "../../wink/src/api/types" */

/** @type {Datapoint[]} */
const ALL = ["IDENTITIES", "EMPLOYMENTS", "INCOMES", "TRANSACTIONS", "RATINGS", "DOCUMENTS", "CONTRIBUTIONS"];
const LABELS = { GIG: "Gig Platform", GOVERNMENT: "Govt Service", SYSTEM: "System", EMPLOYER: "Employer" };

/** @type {{ name: string, kind: "LOGIN", required: boolean }} */
const LOGIN = { name: "login", kind: "LOGIN", required: true };
/** @type {LoginField} */
const PASSWORD = { name: "password", kind: "PASSWORD", accepts: [], label: "Password", required: true };
/** @type {LoginField[]} */
const byEmail = [{ ...LOGIN, accepts: ["EMAIL"], label: "E-mail" }, PASSWORD];
/** @type {LoginField[]} */
const byMobile = [{ ...LOGIN, accepts: ["MOBILE"], label: "Mobile number" }, PASSWORD];
/** @type {LoginField[]} */
const byEither = [{ ...LOGIN, accepts: ["EMAIL", "MOBILE"], label: "E-mail or mobile number" }, PASSWORD];
/** @type {LoginField[]} */
const bySsNumber = [{ ...LOGIN, accepts: ["SS_NUMBER"], label: "SS number" }, PASSWORD];
/** @type {LoginField[]} */
const byCompany = [
  { name: "company", kind: "TEXT", accepts: [], label: "Company code", required: false },
  { ...LOGIN, accepts: ["USERNAME", "EMPLOYEE_NUMBER"], label: "User name or employee number" },
  PASSWORD,
];

/** @typedef {[id: string, name: string, type: "GIG" | "GOVERNMENT" | "SYSTEM" | "EMPLOYER", country: string | null, fields: LoginField[], more: Partial<Provider>]} Row */

/** @type {Row[]} */
const rows = [
  ["upwork", "Upwork", "GIG", null, byEmail, { mfa: true }],
  ["freelancer", "Freelancer", "GIG", null, byEmail, {}],
  ["grab", "Grab", "GIG", null, byMobile, { mfa: true }],
  ["abccorp", "ABC Corporation", "EMPLOYER", "PH", byCompany, {}],
  ["cdecorp", "CDE Corporation", "EMPLOYER", "PH", byCompany, {}],
  ["sss_ph", "Social Security System", "GOVERNMENT", "PH", bySsNumber, {}],
  ["paynest", "PayNest", "SYSTEM", "SG", byEither, {}],
  ["shaky", "Shaky Rides", "GIG", "PH", byEmail, { health: "DEGRADED" }],
  ["sleepy", "Sleepy Payroll", "SYSTEM", "PH", byEmail, { health: "DOWN" }],
  ["klinik", "Klinik Bersama", "EMPLOYER", "ID", byCompany, { active: false }],
  ["scans", "Scanned Papers Only", "EMPLOYER", "PH", byCompany, { accountConnection: false }],
  ["longname", "Kooperatiba ng mga Manggagawa sa Pambansang Transportasyon", "EMPLOYER", "PH", byEither, {}],
  ...Array.from(
    { length: 24 },
    (_, index) =>
      /** @type {Row} */ ([
        `sample${index}`,
        `Sample Works ${String(index + 1).padStart(2, "0")}`,
        ["GIG", "EMPLOYER", "SYSTEM"][index % 3],
        ["PH", "ID", "SG", "IN"][index % 4],
        byEither,
        {},
      ]),
  ),
];

/** @type {(Provider & { fields: LoginField[] })[]} */
export const providers = rows.map(([id, name, type, country, fields, more]) => ({
  id,
  name,
  longName: name,
  logoUrl: id === "paynest" ? "/web/logos/missing.svg" : `/web/logos/${id}.svg`,
  type,
  typeLabel: LABELS[type],
  subType: "SERVICES",
  subTypeLabel: "Professional Services",
  active: true,
  enabled: true,
  mfa: false,
  accountConnection: true,
  health: "UP",
  supported: ALL,
  monitorSupported: true,
  country,
  fields,
  ...more,
}));

/**
 * @param {string} name
 * @param {string} country
 * @param {string} email
 * @param {string} mobile
 * @param {string} password
 * @param {string | null} ssNumber
 * @returns {TestPerson}
 */
const person = (name, country, email, mobile, password, ssNumber = null) => ({
  name,
  country,
  email,
  mobile,
  ssNumber,
  password,
  code: "1234",
});

export const people = [
  person("George Palomero Jr.", "PH", "gpalomero1234@smileapi.io", "+639559991234", "123456", "3300000008"),
  person("Ryan Lestari", "ID", "ryan1234@smileapi.io", "+628119994321", "654321"),
  person("Christina Tan", "SG", "christina4321@smileapi.io", "+6599996789", "YGUS1"),
  person("Anisha Bhatia", "IN", "anisha98765@smileapi.io", "+919511198765", "123456"),
];

/** @type {Consent} */
export const consent = {
  version: "2026-11-01",
  purpose: null,
  datapoints: ["IDENTITIES", "EMPLOYMENTS", "INCOMES", "TRANSACTIONS", "CONTRIBUTIONS"],
  retentionDays: 60,
  continuous: false,
};
