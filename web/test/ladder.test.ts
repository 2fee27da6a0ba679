import { describe, expect, it } from 'vitest';
import type { Order } from '../src/protocol/shapes';
import { levelKey, ownQtyByPrice, withTotals } from '../src/stores/ladder';

function order(changes: Partial<Order>): Order {
  return { symbol: 'BTCUSDT', side: 'BUY', price: '100.5', leaves_qty: '0.1', ...changes } as Order;
}

describe('ladder', () => {
  it('adds up from the best level outwards, exactly', () => {
    const rows = withTotals([
      ['100.5', '0.1'],
      ['100.4', '0.2'],
      ['100.3', '0.30'],
    ]);
    expect(rows.map((row) => row.total)).toEqual(['0.1', '0.3', '0.60']);
  });

  it('marks where our own orders rest, by value of the price and side', () => {
    const own = ownQtyByPrice(
      [
        order({}),
        order({ price: '100.50', leaves_qty: '0.25' }),
        order({ side: 'SELL' }),
        order({ symbol: 'ETHUSDT' }),
        order({ price: null }),
      ],
      'BTCUSDT',
    );
    expect(own.get(levelKey('BUY', '100.500'))).toBe('0.35');
    expect(own.get(levelKey('SELL', '100.5'))).toBe('0.1');
    expect(own.size).toBe(2);
  });
});
