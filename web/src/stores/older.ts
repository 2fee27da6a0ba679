/** Pages of older orders and fills, asked for by hand. */
import { api } from '../protocol/api';
import type { Fill, Order } from '../protocol/shapes';
import { fills } from './fills.svelte';
import { orders } from './orders.svelte';

const PAGE = 200;
/** Fills fetched at the start, so that the chart is marked further back than the channel's snapshot reaches. */
const FIRST_FILLS = 1_000;

/** Walks one list of the REST interface; each call fetches the next page and says whether there is another. */
function pager<Name extends string, Item>(
  path: string,
  name: Name,
  keep: (items: Item[]) => void,
): () => Promise<boolean> {
  let cursor: string | null = null;
  return async () => {
    const next = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const joint = path.includes('?') ? '&' : '?';
    const answer = await api.get<Record<Name, Item[]> & { next_cursor: string | null }>(
      `${path}${joint}limit=${PAGE}${next}`,
    );
    if (!answer.ok) return true;
    keep(answer.value[name]);
    cursor = answer.value.next_cursor;
    return cursor !== null;
  };
}

export const pageOfOrders = (): (() => Promise<boolean>) =>
  pager<'orders', Order>('orders?status=closed', 'orders', (page) => orders.addClosed(page));
export async function loadFills(): Promise<void> {
  const answer = await api.get<{ fills: Fill[] }>(`fills?limit=${FIRST_FILLS}`);
  if (answer.ok) fills.add(answer.value.fills);
}

export const pageOfFills = (): (() => Promise<boolean>) =>
  pager<'fills', Fill>('fills', 'fills', (page) => fills.add(page));
