/** Words for enumerations and names of the protocol. */

const SPECIAL: Record<string, string> = {
  pnl: 'P&L',
  bps: 'bps',
  max: 'Max',
  usdt: 'USDT',
  qty: 'Quantity',
  s: '(s)',
  ms: '(ms)',
};

/** "max_daily_loss" becomes "Max daily loss". */
export function words(name: string): string {
  const text = name
    .split('_')
    .map((word) => SPECIAL[word] ?? word)
    .join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "PARTIALLY_FILLED" becomes "Partially filled". */
export function phrase(upper: string): string {
  return words(upper.toLowerCase());
}

/** Microseconds as the eye reads them: 4.2 µs, 1.3 ms. */
export function latency(us: number): string {
  if (us >= 1_000_000) return `${(us / 1_000_000).toFixed(2)} s`;
  if (us >= 1_000) return `${(us / 1_000).toFixed(us >= 100_000 ? 0 : 1)} ms`;
  return `${us.toFixed(us >= 100 ? 0 : 1)} µs`;
}

/** A count with groups of three. */
export function count(value: number | string): string {
  return String(typeof value === 'number' ? Math.round(value) : value).replace(/\B(?=(\d{3})+$)/g, ',');
}
