/** What the ladder shows beside the levels themselves: running totals, and where our own orders rest. */
import { add, atLeastPlaces } from '../format/decimal';
import type { Amount, Level, Order, Side } from '../protocol/shapes';

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

/** How a level is named in `ownQtyByPrice`: without trailing zeros, so that "1.50" meets "1.5". */
export function levelKey(side: Side, price: Amount): string {
  return `${side}|${atLeastPlaces(price, 0)}`;
}

/** Leaves of our open orders by side and price. */
export function ownQtyByPrice(orders: readonly Order[], symbol: string): Map<string, Amount> {
  const own = new Map<string, Amount>();
  for (const order of orders) {
    if (order.symbol !== symbol || order.price === null) continue;
    const key = levelKey(order.side, order.price);
    own.set(key, add(own.get(key) ?? '0', order.leaves_qty));
  }
  return own;
}
