/** Display of nanosecond times (strings, UTC). */
import type { Nanoseconds } from '../protocol/shapes';

const PER_MILLISECOND = 1_000_000n;
const PER_SECOND = 1_000_000_000n;

export function milliseconds(time: Nanoseconds): number {
  return Number(BigInt(time) / PER_MILLISECOND);
}

export function seconds(time: Nanoseconds): number {
  return Number(BigInt(time) / PER_SECOND);
}

/** "14:05:09" */
export function clock(time: Nanoseconds): string {
  return new Date(milliseconds(time)).toISOString().slice(11, 19);
}

/** "14:05:09.250" */
export function preciseClock(time: Nanoseconds): string {
  return new Date(milliseconds(time)).toISOString().slice(11, 23);
}

/** "2024-08-08 14:05:09.250 UTC", for titles. */
export function full(time: Nanoseconds): string {
  return `${new Date(milliseconds(time)).toISOString().slice(0, 23).replace('T', ' ')} UTC`;
}

/** `time` moved on by whole seconds. */
export function later(time: Nanoseconds, byS: number): Nanoseconds {
  return (BigInt(time) + BigInt(byS) * PER_SECOND).toString();
}

/** Order of two integers written as strings, without losing digits. */
export function compareIntegers(left: string, right: string): number {
  return left.length - right.length || (left < right ? -1 : left > right ? 1 : 0);
}
