/** What the ladder shows beside the levels themselves: running totals, and where our own orders rest. */
import { add } from '../format/decimal';
import type { Amount, Level, Order } from '../protocol/shapes';

export interface LadderRow {
  price: Amount;
  qty: Amount;
  total: Amount;
}

/** Adds up from the best level outwards. */
export function withTotals(levels: readonly Level[]): LadderRow[] {
  let total: Amount = '0';
  return levels.map(([price, qty]) => {
    total = add(total, qty);
    return { price, qty, total };
  });
}

/** Leaves of our open orders by "SIDE|price"; the price as a number only so that "1.50" meets "1.5". */
export function ownQtyByPrice(orders: readonly Order[], symbol: string): Map<string, Amount> {
  const own = new Map<string, Amount>();
  for (const order of orders) {
    if (order.symbol !== symbol || order.price === null) continue;
    const key = `${order.side}|${Number(order.price)}`;
    own.set(key, add(own.get(key) ?? '0', order.leaves_qty));
  }
  return own;
}
