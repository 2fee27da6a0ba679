/** What each type of order asks for: which fields the ticket shows, and how long an order of it may live. */
import type { OrderType, TimeInForce } from '../protocol/shapes';

export interface OrderKind {
  name: string;
  /** A limit price: needed, allowed (the farthest a pegged order goes), or none. */
  limit: 'needed' | 'allowed' | 'none';
  waitsForTrigger: boolean;
  /** At the prices of the market, so that they are told where a price would be asked. */
  tradesAtOnce?: true;
  times: TimeInForce[];
}

const RESTING: TimeInForce[] = ['GTC', 'DAY', 'GTD'];

export const ORDER_KINDS: Record<OrderType, OrderKind> = {
  LIMIT: { name: 'Limit', limit: 'needed', waitsForTrigger: false, times: ['GTC', 'DAY', 'IOC', 'FOK', 'GTD'] },
  MARKET: { name: 'Market', limit: 'none', waitsForTrigger: false, tradesAtOnce: true, times: ['IOC', 'FOK'] },
  STOP: { name: 'Stop', limit: 'none', waitsForTrigger: true, times: RESTING },
  STOP_LIMIT: { name: 'Stop limit', limit: 'needed', waitsForTrigger: true, times: RESTING },
  TRAILING_STOP: { name: 'Trailing stop', limit: 'none', waitsForTrigger: false, times: RESTING },
  MARKET_IF_TOUCHED: { name: 'Market if touched', limit: 'none', waitsForTrigger: true, times: RESTING },
  LIMIT_IF_TOUCHED: { name: 'Limit if touched', limit: 'needed', waitsForTrigger: true, times: RESTING },
  MARKET_TO_LIMIT: {
    name: 'Market to limit',
    limit: 'none',
    waitsForTrigger: false,
    tradesAtOnce: true,
    times: RESTING,
  },
  PEGGED: { name: 'Pegged', limit: 'allowed', waitsForTrigger: false, times: RESTING },
};

/** The two that have a button of their own; the others are in a list. */
export const COMMON_TYPES: OrderType[] = ['LIMIT', 'MARKET'];
export const OTHER_TYPES = (Object.keys(ORDER_KINDS) as OrderType[]).filter((type) => !COMMON_TYPES.includes(type));
