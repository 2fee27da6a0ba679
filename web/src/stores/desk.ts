/** What the operator does: every action goes through REST, and says how it went. */
import { absolute } from '../format/decimal';
import { api, type Answer } from '../protocol/api';
import type { Order, Position, Refusal, Risk, Strategy, TradingState } from '../protocol/shapes';
import { risk } from './latest.svelte';
import { notices } from './notices.svelte';
import type { TiedOrder } from './plans';
import { strategies } from './strategies.svelte';

export type StrategyAction = 'start' | 'pause' | 'resume' | 'stop';

export interface NewOrder {
  account?: string;
  symbol: string;
  side: string;
  order_type: string;
  qty: string;
  price?: string;
  time_in_force: string;
  expire_time?: string;
  post_only: boolean;
  reduce_only: boolean;
  trigger_price?: string;
  trigger_source?: string;
  offset?: number;
  offset_unit?: string;
  peg_reference?: string;
  display_qty?: string;
}

function tell<T>(answer: Answer<T>, done: string): Answer<T> {
  if (answer.ok) notices.add('good', done, '');
  else notices.add('bad', answer.refusal.code, `${answer.refusal.message} ${answer.refusal.action}`);
  return answer;
}

/** The desk's first account: the server's own choice for orders that are sent by hand. */
export function accountByHand(): string | null {
  return risk.value?.accounts[0]?.account ?? null;
}

/** An id of our own makes sending the same order twice harmless. */
function clientOrderId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `web-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

export function place(order: NewOrder): Promise<Answer<Order>> {
  return api.post<Order>('orders', { ...order, client_order_id: clientOrderId() });
}

export interface BatchItem {
  order: Order | null;
  refusal: Refusal | null;
}

/** Sent together: applied one after the other, nothing between them. */
export function placeAll(orders: TiedOrder[]): Promise<Answer<{ results: BatchItem[] }>> {
  return api.post('orders/batch', {
    orders: orders.map((order) => ({ ...order, client_order_id: clientOrderId() })),
  });
}

/** A number that ties orders of the account; another one each time. */
export function newGroupId(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) || 1;
}

/** Only what changed is sent: the price of a waiting order without a limit is its trigger. */
export async function amend(order: Order, change: { price?: string; qty?: string }): Promise<Answer<Order>> {
  const answer = await api.patch<Order>(`orders/${order.order_id}`, change);
  if (answer.ok) notices.add('good', `Amended ${order.side} ${order.symbol}`, '');
  return answer;
}

export async function cancel(order: Order): Promise<void> {
  tell(await api.delete<Order>(`orders/${order.order_id}`), `Canceled ${order.side} ${order.symbol}`);
}

export async function cancelAll(symbol: string | null): Promise<void> {
  const answer = await api.post<{ canceled: string[] }>('orders/cancel-all', symbol === null ? {} : { symbol });
  tell(answer, answer.ok ? `Canceled ${answer.value.canceled.length} orders` : '');
}

export async function flatten(position: Position): Promise<void> {
  const side = position.side === 'LONG' ? 'SELL' : 'BUY';
  const answer = await place({
    account: position.account,
    symbol: position.symbol,
    side,
    order_type: 'MARKET',
    qty: absolute(position.qty),
    time_in_force: 'IOC',
    post_only: false,
    reduce_only: true,
  });
  tell(answer, `Flattening ${position.symbol}`);
}

export async function steer(strategy: Strategy, action: StrategyAction): Promise<void> {
  const answer = await api.post<Strategy>(`strategies/${encodeURIComponent(strategy.name)}/${action}`, {
    cause: 'operator',
  });
  if (answer.ok) strategies.put(answer.value);
  tell(answer, `${strategy.name}: ${action} done`);
}

/** Resets the strategy's own kill switch, if it is engaged, and makes its trading ACTIVE. */
export async function letTrade(strategy: Strategy): Promise<void> {
  const body = { strategy: strategy.name, cause: 'operator' };
  const reset = await api.post<Risk>('risk/kill/reset', body);
  if (!reset.ok && reset.refusal.code !== 'INVALID_TRANSITION') {
    tell(reset, '');
    return;
  }
  tell(await api.post<Risk>('risk/trading-state', { state: 'ACTIVE', ...body }), `${strategy.name} may trade`);
}

export async function setParameter(strategy: Strategy, name: string, value: unknown): Promise<Answer<Strategy>> {
  const answer = await api.patch<Strategy>(`strategies/${encodeURIComponent(strategy.name)}/parameters`, {
    [name]: value,
  });
  if (answer.ok) strategies.put(answer.value);
  return tell(answer, `${strategy.name}: ${name} changed`);
}

async function changeRisk(path: string, body: Record<string, string>, done: string): Promise<boolean> {
  const answer = tell(await api.post<Risk>(path, body), done);
  if (answer.ok) risk.snapshot(answer.value);
  return answer.ok;
}

export function kill(cause: string): Promise<boolean> {
  return changeRisk('risk/kill', { cause }, 'Kill switch engaged');
}

export function resetKill(cause: string): Promise<boolean> {
  return changeRisk('risk/kill/reset', { cause }, 'Kill switch reset');
}

export function setTradingState(state: TradingState, cause: string): Promise<boolean> {
  return changeRisk('risk/trading-state', { state, cause }, `Trading is ${state.toLowerCase()}`);
}
