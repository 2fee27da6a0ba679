import { describe, expect, it } from 'vitest';
import type { NewOrder } from '../src/stores/desk';
import { bracket, oneCancelsOther, plansOf } from '../src/stores/plans';

const ENTRY: NewOrder = {
  account: 'main',
  symbol: 'BTCUSDT',
  side: 'SELL',
  order_type: 'LIMIT',
  qty: '0.5',
  price: '61000',
  time_in_force: 'GTD',
  expire_time: '9',
  post_only: true,
  reduce_only: false,
  display_qty: '0.1',
};

describe('a bracket', () => {
  const orders = bracket(ENTRY, { takeProfit: '60000', stopLoss: '62000' }, 7);

  it('sends the exits before the entry, all in one group', () => {
    expect(orders.map((order) => [order.contingency, order.order_type])).toEqual([
      ['CHILD', 'LIMIT'],
      ['CHILD', 'STOP'],
      ['PARENT', 'LIMIT'],
    ]);
    expect(new Set(orders.map((order) => order.group_id))).toEqual(new Set([7]));
  });

  it('exits on the other side, for as much, and never turns the position round', () => {
    for (const exit of orders.slice(0, 2)) {
      expect(exit).toMatchObject({ side: 'BUY', qty: '0.5', account: 'main', reduce_only: true, post_only: false });
      expect(exit).toMatchObject({ time_in_force: 'GTC' });
      expect(exit.display_qty).toBeUndefined();
      expect(exit.expire_time).toBeUndefined();
    }
    expect(orders[0]?.price).toBe('60000');
    expect(orders[1]?.trigger_price).toBe('62000');
    expect(orders[1]?.price).toBeUndefined();
  });

  it('leaves the entry as it was written', () => {
    expect(orders[2]).toEqual({ ...ENTRY, contingency: 'PARENT', group_id: 7 });
  });
});

describe('a pair of which one cancels the other', () => {
  it('puts a stop of the same side, size and life beside the limit order', () => {
    const [limit, stop] = oneCancelsOther({ ...ENTRY, side: 'BUY' }, '63000', 3);
    expect(limit).toEqual({ ...ENTRY, side: 'BUY', contingency: 'OCO', group_id: 3 });
    expect(stop).toEqual({
      account: 'main',
      symbol: 'BTCUSDT',
      side: 'BUY',
      order_type: 'STOP',
      qty: '0.5',
      trigger_price: '63000',
      time_in_force: 'GTD',
      expire_time: '9',
      post_only: false,
      reduce_only: false,
      contingency: 'OCO',
      group_id: 3,
    });
  });
});

describe('plans', () => {
  it('are offered where the desk takes them', () => {
    expect(plansOf('LIMIT', false)).toEqual(['SINGLE', 'BRACKET', 'OCO']);
    expect(plansOf('MARKET', false)).toEqual(['SINGLE', 'BRACKET']);
    expect(plansOf('STOP', false)).toEqual(['SINGLE']);
    expect(plansOf('LIMIT', true)).toEqual(['SINGLE']);
  });
});
