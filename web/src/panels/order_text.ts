/** How orders and fills are written in tables. */
import { display, onGrid, placesOf, rounded } from '../format/decimal';
import type { Amount, Contingency, Order } from '../protocol/shapes';
import { instruments } from '../stores/instruments.svelte';
import { ORDER_KINDS } from '../stores/order_kinds';

const TIES: Record<Contingency, string> = { OCO: 'oco', PARENT: 'bracket entry', CHILD: 'bracket exit' };

interface OfSymbol {
  symbol: string;
}

export function priceText(item: OfSymbol, price: Amount): string {
  const instrument = instruments.of(item.symbol);
  return instrument ? onGrid(price, instrument.tick_size) : display(price);
}

/** An average rarely lies on the grid: one decimal more than a price has, the exact value belongs in the title. */
export function averageText(item: OfSymbol, price: Amount): string {
  const instrument = instruments.of(item.symbol);
  return instrument ? display(rounded(price, placesOf(instrument.tick_size) + 1)) : display(price);
}

export function qtyOf(item: OfSymbol, qty: Amount): string {
  const instrument = instruments.of(item.symbol);
  return instrument ? onGrid(qty, instrument.lot_size) : display(qty);
}

/** The price that an amendment changes: the limit, or the trigger of a waiting order that has none. */
export function amendablePrice(order: Order): Amount | null {
  return order.order_type === 'PEGGED' ? order.peg_limit : (order.price ?? order.trigger_price);
}

export function priceOf(order: Order): string {
  if (order.price !== null) return priceText(order, order.price);
  return order.order_type === 'PEGGED' ? 'Pegged' : 'Market';
}

/** "post GTC" or "stop at 61,000.0 GTC": what matters beyond price and quantity, what matters most in front. */
export function kindOf(order: Order): string {
  const words: string[] = [];
  if (order.order_type !== 'LIMIT') words.push(ORDER_KINDS[order.order_type].name.toLowerCase());
  if (order.trigger_price !== null) words.push(`at ${priceText(order, order.trigger_price)}`);
  if (order.order_type === 'TRAILING_STOP')
    words.push(`by ${order.offset}${order.offset_unit === 'TICKS' ? ' ticks' : ' bps'}`);
  if (order.display_qty !== null) words.push(`shows ${qtyOf(order, order.display_qty)}`);
  if (order.contingency !== null) words.push(TIES[order.contingency]);
  if (order.post_only) words.push('post');
  if (order.reduce_only) words.push('reduce');
  return [...words, order.time_in_force].join(' ');
}
