/** Orders that are sent together: a bracket (an entry with its exits), and two orders that cancel each other. */
import type { Contingency, OrderType, Side } from '../protocol/shapes';
import type { NewOrder } from './desk';

export type Plan = 'SINGLE' | 'BRACKET' | 'OCO';

export interface TiedOrder extends NewOrder {
  contingency: Contingency;
  group_id: number;
}

export interface Exits {
  takeProfit: string;
  stopLoss: string;
}

/** What can be sent with an order of a type. Both bind orders of the desk on perpetuals. */
export function plansOf(orderType: OrderType, isSpot: boolean): Plan[] {
  if (isSpot) return ['SINGLE'];
  if (orderType === 'LIMIT') return ['SINGLE', 'BRACKET', 'OCO'];
  return orderType === 'MARKET' ? ['SINGLE', 'BRACKET'] : ['SINGLE'];
}

/** The exits go before their entry, so that no fill of it stands without them; neither turns the position round. */
export function bracket(entry: NewOrder, exits: Exits, groupId: number): TiedOrder[] {
  const exit = {
    ...common(entry),
    side: opposite(entry.side as Side),
    time_in_force: 'GTC',
    post_only: false,
    reduce_only: true,
    contingency: 'CHILD' as const,
    group_id: groupId,
  };
  return [
    { ...exit, order_type: 'LIMIT', price: exits.takeProfit },
    { ...exit, order_type: 'STOP', trigger_price: exits.stopLoss },
    { ...entry, contingency: 'PARENT', group_id: groupId },
  ];
}

/** The limit order as it is written, and a stop of the same side and size beside it. */
export function oneCancelsOther(order: NewOrder, stopPrice: string, groupId: number): TiedOrder[] {
  const stop: TiedOrder = {
    ...common(order),
    side: order.side,
    order_type: 'STOP',
    trigger_price: stopPrice,
    time_in_force: order.time_in_force,
    post_only: false,
    reduce_only: order.reduce_only,
    contingency: 'OCO',
    group_id: groupId,
  };
  if (order.expire_time !== undefined) stop.expire_time = order.expire_time;
  return [{ ...order, contingency: 'OCO', group_id: groupId }, stop];
}

function common(order: NewOrder): Pick<NewOrder, 'symbol' | 'qty' | 'account'> {
  const { symbol, qty, account } = order;
  return account === undefined ? { symbol, qty } : { symbol, qty, account };
}

function opposite(side: Side): Side {
  return side === 'BUY' ? 'SELL' : 'BUY';
}
