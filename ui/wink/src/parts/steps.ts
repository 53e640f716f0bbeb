import type { Datapoint, Progress, Provider, Session } from "../api/types";
import { t } from "../strings";
import { known } from "./datapoints";

export interface Step {
  id: string;
  label: string;
  state: "ready" | "active" | "waiting";
}

/** What this connection will read: what was asked for, as far as the provider has it. */
function wanted(session: Session, provider: Provider | null): Datapoint[] {
  const asked = known(session.consent.datapoints);
  const both = asked.filter((datapoint) => provider?.supported.includes(datapoint));
  return both.length ? both : asked;
}

export function stepsOf(session: Session, provider: Provider | null, progress: Progress | null): Step[] {
  const stage = progress?.stage ?? "SIGNING_IN";
  const done = stage === "DONE";
  const signedIn = done || stage === "READING";
  const stored = new Set(progress?.datapoints ?? []);

  const steps: Step[] = [
    { id: "signIn", label: t("progress.signIn"), state: signedIn ? "ready" : "active" },
    ...wanted(session, provider).map(
      (datapoint): Step => ({
        id: datapoint,
        label: t(`datapoint.${datapoint}`),
        state: done || stored.has(datapoint) ? "ready" : "waiting",
      }),
    ),
    { id: "done", label: t("progress.done"), state: done ? "ready" : "waiting" },
  ];
  const current = steps.find((step) => step.state === "waiting");
  if (signedIn && current) current.state = "active";
  return steps;
}
