/** Exact arithmetic and display of decimal strings: no amount passes through a float, except for drawing. */
import type { Amount } from '../protocol/shapes';

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?$/;
const MINUS = '\u2212';
const THIN_SPACE = '\u2009';

interface Scaled {
  units: bigint;
  places: number;
}

export function isDecimal(text: string): boolean {
  return DECIMAL.test(text) && /\d/.test(text);
}

function scaled(amount: Amount): Scaled {
  const match = DECIMAL.exec(amount);
  if (match === null || !/\d/.test(amount)) throw new RangeError(`not a decimal: ${amount}`);
  const [, sign = '', whole = '', fraction = ''] = match;
  const units = BigInt((whole || '0') + fraction);
  return { units: sign === '-' ? -units : units, places: fraction.length };
}

function atPlaces({ units, places }: Scaled, wanted: number): bigint {
  return units * 10n ** BigInt(wanted - places);
}

function fromScaled(units: bigint, places: number): Amount {
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, '0');
  const cut = digits.length - places;
  const body = places === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return units < 0n ? `-${body}` : body;
}

function aligned(left: Amount, right: Amount): [bigint, bigint, number] {
  const a = scaled(left);
  const b = scaled(right);
  const places = Math.max(a.places, b.places);
  return [atPlaces(a, places), atPlaces(b, places), places];
}

export function add(left: Amount, right: Amount): Amount {
  const [a, b, places] = aligned(left, right);
  return fromScaled(a + b, places);
}

export function subtract(left: Amount, right: Amount): Amount {
  const [a, b, places] = aligned(left, right);
  return fromScaled(a - b, places);
}

export function multiply(left: Amount, right: Amount): Amount {
  const a = scaled(left);
  const b = scaled(right);
  return fromScaled(a.units * b.units, a.places + b.places);
}

/** Negative, zero or positive, as for a sort. */
export function compare(left: Amount, right: Amount): number {
  const [a, b] = aligned(left, right);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** -1, 0 or +1. */
export function sign(amount: Amount): -1 | 0 | 1 {
  const { units } = scaled(amount);
  return units < 0n ? -1 : units > 0n ? 1 : 0;
}

export function absolute(amount: Amount): Amount {
  return amount.startsWith('-') ? amount.slice(1) : amount;
}

/** How many decimals a grid step such as "0.10" means: trailing zeros do not count. */
export function placesOf(step: Amount): number {
  const fraction = step.split('.')[1] ?? '';
  return fraction.replace(/0+$/, '').length;
}

/** Pads with zeros up to `places`, removes zeros beyond, and never drops a digit that says something. */
export function atLeastPlaces(amount: Amount, places: number): Amount {
  const { units, places: own } = scaled(amount);
  if (own <= places) return fromScaled(units * 10n ** BigInt(places - own), places);
  const text = fromScaled(units, own);
  const surplus = text.slice(text.length - (own - places));
  const zeros = /0*$/.exec(surplus)?.[0].length ?? 0;
  const cut = text.slice(0, text.length - zeros);
  return cut.endsWith('.') ? cut.slice(0, -1) : cut;
}

/** Half away from zero, on integers. For headline sums whose exact value is shown beside (title). */
export function rounded(amount: Amount, places: number): Amount {
  const { units, places: own } = scaled(amount);
  if (own <= places) return fromScaled(units * 10n ** BigInt(places - own), places);
  const step = 10n ** BigInt(own - places);
  const magnitude = units < 0n ? -units : units;
  const result = (magnitude + step / 2n) / step;
  return fromScaled(units < 0n ? -result : result, places);
}

function grouped(whole: string): string {
  return whole.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Digits in groups of three and a true minus sign: "-1234.50" becomes "−1,234.50". */
export function display(amount: Amount): string {
  const negative = amount.startsWith('-');
  const [whole = '0', fraction] = absolute(amount).replace(/^\+/, '').split('.');
  const body = grouped(whole || '0') + (fraction === undefined ? '' : `.${fraction}`);
  return negative ? MINUS + body : body;
}

/** Price or quantity on its grid: padded to the grid's decimals, all digits kept. */
export function onGrid(amount: Amount, step: Amount): string {
  return display(atLeastPlaces(amount, placesOf(step)));
}

export function money(amount: Amount, places = 2): string {
  return display(rounded(amount, places));
}

/** With its sign in front, so that gain and loss differ by more than colour. */
export function signedMoney(amount: Amount, places = 2): string {
  const value = rounded(amount, places);
  return sign(value) > 0 ? `+${display(value)}` : display(value);
}

const SCALES: readonly [bigint, string][] = [
  [1_000_000_000n, 'B'],
  [1_000_000n, 'M'],
  [10_000n, 'k'],
];

/** Short form for tight places: "1,234,567.8" becomes "1.23 M"; below ten thousand as it is. */
export function compact(amount: Amount): string {
  const { units, places } = scaled(amount);
  const whole = (units < 0n ? -units : units) / 10n ** BigInt(places);
  const scale = SCALES.find(([from]) => whole >= from);
  if (scale === undefined) return display(rounded(amount, whole >= 100n ? 0 : 2));
  const [from, letter] = scale;
  const zeros = from === 10_000n ? 3 : from.toString().length - 1;
  return display(rounded(fromScaled(units, places + zeros), zeros === 3 ? 1 : 2)) + THIN_SPACE + letter;
}

/** A fraction as per cent: "0.0125" becomes "1.25%". */
export function percent(fraction: Amount | number, places = 2): string {
  const text = typeof fraction === 'number' ? fraction.toFixed(8) : fraction;
  return `${display(rounded(multiply(text, '100'), places))}%`;
}

/** True where `amount` is a whole multiple of `step`. */
export function isOnGrid(amount: Amount, step: Amount): boolean {
  const [a, b] = aligned(amount, step);
  return b !== 0n && a % b === 0n;
}

/** For drawing and bars only. */
export function toNumber(amount: Amount): number {
  return Number(amount);
}
