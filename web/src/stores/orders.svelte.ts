/** Orders: all open ones, and the most recent closed ones. */
import { compareIntegers } from '../format/time';
import type { Order } from '../protocol/shapes';
import type { Consumer } from '../protocol/socket';
import { inNextFrame } from './frame';

const CLOSED = new Set(['FILLED', 'CANCELED', 'REJECTED', 'DENIED', 'EXPIRED']);
const MOST_CLOSED = 1_000;

export function isClosed(order: Order): boolean {
  return CLOSED.has(order.status);
}

class Orders implements Consumer {
  /** Newest first. */
  open = $state.raw<Order[]>([]);
  /** Latest to end first. */
  closed = $state.raw<Order[]>([]);
  #open = new Map<string, Order>();
  #closed: Order[] = [];
  #publish = (): void => {
    this.open = [...this.#open.values()].sort(
      (a, b) => compareIntegers(b.created_at, a.created_at) || compareIntegers(b.order_id, a.order_id),
    );
    this.closed = this.#closed;
  };

  snapshot(data: unknown): void {
    this.#open = new Map();
    this.#closed = [];
    this.update(data);
  }

  update(data: unknown): void {
    const ended: Order[] = [];
    for (const order of data as Order[]) {
      if (!isClosed(order)) {
        this.#open.set(order.order_id, order);
        continue;
      }
      this.#open.delete(order.order_id);
      ended.push(order);
    }
    if (ended.length > 0) this.addClosed(ended);
    inNextFrame(this.#publish);
  }

  /** Also used for pages of older orders that were asked for by hand. */
  addClosed(orders: Order[]): void {
    const known = new Map([...orders, ...this.#closed].map((order) => [order.order_id, order]));
    for (const order of orders) known.set(order.order_id, order);
    this.#closed = [...known.values()]
      .sort((a, b) => compareIntegers(b.updated_at, a.updated_at) || compareIntegers(b.order_id, a.order_id))
      .slice(0, MOST_CLOSED);
    inNextFrame(this.#publish);
  }
}

export const orders = new Orders();
