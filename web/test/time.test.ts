import { describe, expect, it } from 'vitest';
import * as time from '../src/format/time';
import { count, latency, phrase, words } from '../src/format/words';

const MOMENT = '1723075509250123456';

describe('time', () => {
  it('is shown in UTC to the millisecond', () => {
    expect(time.clock(MOMENT)).toBe('00:05:09');
    expect(time.preciseClock(MOMENT)).toBe('00:05:09.250');
    expect(time.full(MOMENT)).toBe('2024-08-08 00:05:09.250 UTC');
  });

  it('moves on without losing nanoseconds', () => {
    expect(time.later(MOMENT, 60)).toBe('1723075569250123456');
  });

  it('orders integers beyond the range of a float', () => {
    expect(time.compareIntegers('9007199254740993', '9007199254740992')).toBeGreaterThan(0);
    expect(time.compareIntegers('9', '10')).toBeLessThan(0);
    expect(time.compareIntegers('10', '10')).toBe(0);
  });
});

describe('words', () => {
  it('turns names of the protocol into language', () => {
    expect(words('max_daily_loss')).toBe('Max daily loss');
    expect(phrase('PARTIALLY_FILLED')).toBe('Partially filled');
  });

  it('scales durations and groups counts', () => {
    expect(latency(4.23)).toBe('4.2 µs');
    expect(latency(1300)).toBe('1.3 ms');
    expect(latency(2_500_000)).toBe('2.50 s');
    expect(count(1234567)).toBe('1,234,567');
  });
});
