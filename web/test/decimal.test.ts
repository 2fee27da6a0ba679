import { describe, expect, it } from 'vitest';
import * as decimal from '../src/format/decimal';

describe('decimal', () => {
  it('adds, subtracts and multiplies without losing a digit', () => {
    expect(decimal.add('0.1', '0.2')).toBe('0.3');
    expect(decimal.add('9007199254740993.00000001', '0.00000002')).toBe('9007199254740993.00000003');
    expect(decimal.subtract('1', '1.00000001')).toBe('-0.00000001');
    expect(decimal.multiply('61234.5', '-0.015')).toBe('-918.5175');
  });

  it('compares by value, not by spelling', () => {
    expect(decimal.compare('1.10', '1.1')).toBe(0);
    expect(decimal.compare('-2', '1')).toBe(-1);
    expect(decimal.compare('10', '9')).toBe(1);
    expect(decimal.sign('-0.00')).toBe(0);
  });

  it('pads to the grid and keeps every digit that says something', () => {
    expect(decimal.onGrid('61234.5', '0.10')).toBe('61,234.5');
    expect(decimal.onGrid('61234', '0.01')).toBe('61,234.00');
    expect(decimal.onGrid('61234.567', '0.1')).toBe('61,234.567');
    expect(decimal.onGrid('5.000', '1')).toBe('5');
    expect(decimal.onGrid('1500', '1')).toBe('1,500');
    expect(decimal.onGrid('-0.5', '0.001')).toBe('−0.500');
  });

  it('rounds half away from zero', () => {
    expect(decimal.rounded('2.345', 2)).toBe('2.35');
    expect(decimal.rounded('-2.345', 2)).toBe('-2.35');
    expect(decimal.rounded('-0.001', 2)).toBe('0.00');
    expect(decimal.rounded('7', 2)).toBe('7.00');
  });

  it('groups digits and shows gain and loss by sign', () => {
    expect(decimal.money('1234567.891')).toBe('1,234,567.89');
    expect(decimal.signedMoney('12.5')).toBe('+12.50');
    expect(decimal.signedMoney('-1200')).toBe('−1,200.00');
    expect(decimal.signedMoney('0.001')).toBe('0.00');
  });

  it('shortens long sums', () => {
    expect(decimal.compact('1234567.8')).toBe('1.23\u2009M');
    expect(decimal.compact('25000')).toBe('25.0\u2009k');
    expect(decimal.compact('-12500000000')).toBe('−12.50\u2009B');
    expect(decimal.compact('999')).toBe('999');
    expect(decimal.compact('12.345')).toBe('12.35');
  });

  it('shows fractions as per cent', () => {
    expect(decimal.percent('0.0125')).toBe('1.25%');
    expect(decimal.percent(0.5, 0)).toBe('50%');
  });

  it('knows what lies on the grid and what is no decimal', () => {
    expect(decimal.isOnGrid('0.015', '0.001')).toBe(true);
    expect(decimal.isOnGrid('0.0155', '0.001')).toBe(false);
    expect(decimal.isDecimal('1.')).toBe(true);
    expect(decimal.isDecimal('.')).toBe(false);
    expect(decimal.isDecimal('1e5')).toBe(false);
    expect(() => decimal.add('x', '1')).toThrow(RangeError);
  });
});
