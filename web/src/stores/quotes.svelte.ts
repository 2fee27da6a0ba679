/** Best bid and ask, last and mark of every symbol. */
import type { Quote } from '../protocol/shapes';
import type { Consumer } from '../protocol/socket';
import { inNextFrame } from './frame';

class Quotes implements Consumer {
  bySymbol = $state.raw<Record<string, Quote>>({});
  #quotes: Record<string, Quote> = {};
  #publish = (): void => {
    this.bySymbol = this.#quotes;
  };

  snapshot(data: unknown): void {
    this.#quotes = data as Record<string, Quote>;
    inNextFrame(this.#publish);
  }

  update(data: unknown): void {
    this.#quotes = { ...this.#quotes, ...(data as Record<string, Quote>) };
    inNextFrame(this.#publish);
  }
}

export const quotes = new Quotes();
