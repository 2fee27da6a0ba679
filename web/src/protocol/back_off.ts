/** How long to wait before dialling again: doubling, bounded, with jitter so that many pages do not return at once. */

export const FIRST_DELAY_MS = 250;
export const LONGEST_DELAY_MS = 8_000;

/** `random` is in [0, 1); the delay lies between half and the whole of the present step. */
export function backOffMs(attempt: number, random: number): number {
  const step = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 16));
  return Math.round(step * (0.5 + random / 2));
}
