/** Which channel feeds which store. */
import { book } from './book.svelte';
import { candles, type Interval } from './candles.svelte';
import { fills } from './fills.svelte';
import { account, holdings, risk, stats } from './latest.svelte';
import { link } from './link.svelte';
import { orders } from './orders.svelte';
import { pnl } from './pnl.svelte';
import { positions } from './positions.svelte';
import { quotes } from './quotes.svelte';
import { sessions } from './sessions.svelte';
import { strategies } from './strategies.svelte';
import { trades } from './trades.svelte';

export function followDesk(): void {
  const channels = {
    quotes,
    sessions,
    orders,
    fills,
    positions,
    holdings,
    account,
    pnl,
    strategies,
    risk,
    stats,
  };
  for (const [channel, store] of Object.entries(channels)) link.follow(channel, store);
}

export function followMarket(symbol: string): () => void {
  book.clear();
  trades.clear();
  const ends = [link.follow(`book.${symbol}`, book), link.follow(`trades.${symbol}`, trades)];
  return () => ends.forEach((end) => end());
}

export function followCandles(symbol: string, interval: Interval): () => void {
  candles.clear();
  return link.follow(`candles.${symbol}.${interval}`, candles);
}
