import { describe, expect, it } from 'vitest';
import type { Session } from '../src/protocol/shapes';
import { badgeOf, nextOf, told } from '../src/stores/phases';

const SESSION: Session = {
  symbol: 'BTCUSDT',
  phase: 'HALTED',
  since: '1767225600000000000',
  next_phase: 'VOLATILITY_AUCTION',
  next_change: '1767227400000000000',
  auction: null,
  halt: { reason: 'REQUESTED', cause: 'rumours' },
  limit_state: null,
};

describe('a session', () => {
  it('says what comes next, and nothing where nothing does', () => {
    expect(nextOf(SESSION)).toBe('volatility auction at 00:30:00');
    expect(nextOf({ ...SESSION, next_phase: null, next_change: null })).toBeNull();
    expect(nextOf(null)).toBeNull();
  });

  it('tells everything it knows in a title', () => {
    expect(told(SESSION)).toBe('Halted, since 00:00:00, Requested: rumours, then volatility auction at 00:30:00');
    expect(told({ ...SESSION, phase: 'CONTINUOUS', since: null, halt: null, next_change: null })).toBe(
      'Continuous',
    );
    expect(told(null)).toBeUndefined();
  });

  it('needs a badge only where it does not trade continuously', () => {
    expect([badgeOf('CONTINUOUS'), badgeOf('CLOSING_AUCTION'), badgeOf('PRE_OPEN'), badgeOf('HALTED')]).toEqual([
      null,
      'AUCTION',
      'PRE-OPEN',
      'HALTED',
    ]);
  });
});
