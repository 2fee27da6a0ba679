import { describe, expect, it } from 'vitest';
import { toWire, within } from '../src/panels/parameter_value';
import type { Parameter } from '../src/protocol/shapes';

function parameter(changes: Partial<Parameter>): Parameter {
  return {
    name: 'size',
    type: 'Decimal',
    value: '0.05',
    default: '0.05',
    min: '0.001',
    max: '2',
    live: true,
    ...changes,
  };
}

describe('parameter values', () => {
  it('go out in the JSON type they came in', () => {
    expect(toWire(' 0.10 ', parameter({}))).toBe('0.10');
    expect(toWire('3', parameter({ type: 'int', value: 2 }))).toBe(3);
  });

  it('are held to their bounds, and integers to whole numbers', () => {
    expect(within('2', parameter({}))).toBe(true);
    expect(within('2.0001', parameter({}))).toBe(false);
    expect(within('0', parameter({}))).toBe(false);
    expect(within('1e3', parameter({}))).toBe(false);
    expect(within('1.5', parameter({ type: 'int', value: 1, min: 1, max: 9 }))).toBe(false);
    expect(within('anything', parameter({ type: 'str', value: 'word', min: null, max: null }))).toBe(true);
    expect(within('5000', parameter({ max: null }))).toBe(true);
  });
});
