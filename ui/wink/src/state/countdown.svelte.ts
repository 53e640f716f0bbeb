import { numberText } from "../strings";

/** Seconds until a moment of this device's own steady clock (`performance.now()`). */
export class Countdown {
  secondsLeft = $state(0);
  readonly #endsAtMs: number;

  constructor(endsAtMs: number) {
    this.#endsAtMs = endsAtMs;
    this.#tick();
  }

  get isOver(): boolean {
    return this.secondsLeft <= 0;
  }

  /** Ticks until the function that it returns is called. */
  run(): () => void {
    const timer = setInterval(() => this.#tick(), 1000);
    return () => clearInterval(timer);
  }

  #tick(): void {
    this.secondsLeft = Math.max(0, Math.ceil((this.#endsAtMs - performance.now()) / 1000));
  }
}

/** 95 seconds are `1:35`, in the language's digits. */
export function clockText(seconds: number): string {
  return `${numberText(Math.floor(seconds / 60))}:${numberText(seconds % 60, { minimumIntegerDigits: 2 })}`;
}
