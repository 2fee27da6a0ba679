/** One side of a book: levels in order of price, best first, kept by binary insertion. */
import { compare, sign } from '../format/decimal';
import type { Amount, Level } from '../protocol/shapes';

/** A little beyond the 50 the server speaks of, so that a level just outside is not lost at once. */
const MOST_LEVELS = 60;

export class Levels {
  #levels: Level[] = [];
  #direction: 1 | -1;

  constructor(side: 'bids' | 'asks') {
    this.#direction = side === 'asks' ? 1 : -1;
  }

  get all(): readonly Level[] {
    return this.#levels;
  }

  reset(levels: Level[]): void {
    this.#levels = [...levels].sort((a, b) => this.#direction * compare(a[0], b[0]));
  }

  /** Quantity zero removes the level. */
  set([price, qty]: Level): void {
    const at = this.#place(price);
    const present = this.#levels[at];
    const same = present !== undefined && compare(present[0], price) === 0;
    if (sign(qty) === 0) {
      if (same) this.#levels.splice(at, 1);
      return;
    }
    this.#levels.splice(at, same ? 1 : 0, [price, qty]);
    if (this.#levels.length > MOST_LEVELS) this.#levels.pop();
  }

  #place(price: Amount): number {
    let low = 0;
    let high = this.#levels.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const level = this.#levels[middle] as Level;
      if (this.#direction * compare(level[0], price) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
