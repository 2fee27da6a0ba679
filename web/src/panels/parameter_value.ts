/** Between what is typed for a strategy's parameter and what goes over the wire. */
import { compare, isDecimal } from '../format/decimal';
import type { Parameter, ParameterValue } from '../protocol/shapes';

/** In the JSON type the server speaks for this parameter: amounts stay strings. */
export function toWire(text: string, parameter: Parameter): ParameterValue {
  return typeof parameter.value === 'number' ? Number(text) : text.trim();
}

export function within(text: string, { value, type, min, max }: Parameter): boolean {
  const isText = typeof value === 'string' && !isDecimal(value);
  if (isText) return true;
  const typed = text.trim();
  if (!isDecimal(typed) || (type === 'int' && typed.includes('.'))) return false;
  const low = min === null || !isDecimal(String(min)) || compare(typed, String(min)) >= 0;
  return low && (max === null || !isDecimal(String(max)) || compare(typed, String(max)) <= 0);
}
