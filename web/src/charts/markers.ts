/** Our fills as marks on candles, one per candle and side: buys point up from below, sells point down from above. */
import type { SeriesMarker, Time, UTCTimestamp } from 'lightweight-charts';
import { add, atLeastPlaces, display } from '../format/decimal';
import { seconds } from '../format/time';
import type { Amount, Fill, Instrument, Nanoseconds, Side } from '../protocol/shapes';
import { COLOURS } from './appearance';

interface Mark {
  time: number;
  side: Side;
  qty: Amount;
}

/** More text than this and the marks hide the candles. */
const MOST_LABELLED = 12;

export function fillMarkers(fills: readonly Fill[], instrument: Instrument, intervalS: number, from: Nanoseconds): SeriesMarker<Time>[] {
  const marks = new Map<string, Mark>();
  const firstS = seconds(from);
  for (const fill of fills) {
    if (fill.symbol !== instrument.symbol) continue;
    const time = Math.floor(seconds(fill.time) / intervalS) * intervalS;
    if (time < firstS) continue;
    const key = `${time}|${fill.side}`;
    const mark = marks.get(key);
    if (mark === undefined) marks.set(key, { time, side: fill.side, qty: fill.qty });
    else mark.qty = add(mark.qty, fill.qty);
  }
  const labelled = marks.size <= MOST_LABELLED;
  return [...marks.values()].sort((a, b) => a.time - b.time).map((mark) => marker(mark, labelled));
}

function marker({ time, side, qty }: Mark, labelled: boolean): SeriesMarker<Time> {
  const bought = side === 'BUY';
  const letter = bought ? 'B' : 'S';
  return {
    time: time as UTCTimestamp,
    position: bought ? 'belowBar' : 'aboveBar',
    shape: bought ? 'arrowUp' : 'arrowDown',
    color: bought ? COLOURS.buyMark : COLOURS.sellMark,
    text: labelled ? `${letter} ${display(atLeastPlaces(qty, 0))}` : '',
    size: 0.6,
  };
}
