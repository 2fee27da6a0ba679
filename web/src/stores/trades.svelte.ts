/** Prints of the market for the selected symbol, newest first. */
import { compareIntegers } from '../format/time';
import type { Trade } from '../protocol/shapes';
import type { Consumer } from '../protocol/socket';
import { inNextFrame } from './frame';

const MOST_KEPT = 60;

class Trades implements Consumer {
  list = $state.raw<Trade[]>([]);
  #trades: Trade[] = [];
  #publish = (): void => {
    this.list = this.#trades;
  };

  clear(): void {
    this.snapshot([]);
  }

  snapshot(data: unknown): void {
    this.#trades = [];
    this.update(data);
  }

  update(data: unknown): void {
    this.#trades = [...(data as Trade[]), ...this.#trades]
      .sort((a, b) => compareIntegers(b.time, a.time) || compareIntegers(b.trade_id, a.trade_id))
      .slice(0, MOST_KEPT);
    inNextFrame(this.#publish);
  }
}

export const trades = new Trades();
