/** The book of the selected symbol. */
import type { BookData, Level } from '../protocol/shapes';
import type { Consumer } from '../protocol/socket';
import { inNextFrame } from './frame';
import { Levels } from './levels';

export interface BookView {
  bids: readonly Level[];
  asks: readonly Level[];
}

class Book implements Consumer {
  view = $state.raw<BookView>({ bids: [], asks: [] });
  #bids = new Levels('bids');
  #asks = new Levels('asks');
  #publish = (): void => {
    this.view = { bids: [...this.#bids.all], asks: [...this.#asks.all] };
  };

  clear(): void {
    this.snapshot({ bids: [], asks: [] });
  }

  snapshot(data: unknown): void {
    const { bids, asks } = data as BookData;
    this.#bids.reset(bids);
    this.#asks.reset(asks);
    inNextFrame(this.#publish);
  }

  update(data: unknown): void {
    const { bids, asks } = data as BookData;
    for (const level of bids) this.#bids.set(level);
    for (const level of asks) this.#asks.set(level);
    inNextFrame(this.#publish);
  }
}

export const book = new Book();
