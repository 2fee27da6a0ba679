import { describe, expect, it } from 'vitest';
import { Levels } from '../src/stores/levels';

describe('levels', () => {
  it('keeps asks upwards and bids downwards', () => {
    const asks = new Levels('asks');
    const bids = new Levels('bids');
    for (const price of ['10.5', '9.5', '100', '10.25']) {
      asks.set([price, '1']);
      bids.set([price, '1']);
    }
    expect(asks.all.map(([price]) => price)).toEqual(['9.5', '10.25', '10.5', '100']);
    expect(bids.all.map(([price]) => price)).toEqual(['100', '10.5', '10.25', '9.5']);
  });

  it('replaces a level by value, removes it at zero and ignores an unknown removal', () => {
    const asks = new Levels('asks');
    asks.reset([
      ['11', '1'],
      ['10', '2'],
    ]);
    asks.set(['10.0', '5']);
    asks.set(['11', '0']);
    asks.set(['12', '0.000']);
    expect(asks.all).toEqual([['10.0', '5']]);
  });

  it('drops what is far from the best', () => {
    const bids = new Levels('bids');
    for (let price = 1; price <= 100; price++) bids.set([String(price), '1']);
    expect(bids.all).toHaveLength(60);
    expect(bids.all[0]).toEqual(['100', '1']);
  });
});
