/** Our fills as marks on candles, one per candle and side: buys stand below it, sells above. */
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

/** More marks with text than this would hide the candles; more than that step back behind them. */
const MOST_LABELLED = 12;
const MOST_STRONG = 40;
const FAINT = '80';

export function fillMarkers(
  fills: readonly Fill[],
  instrument: Instrument,
  intervalS: number,
  from: Nanoseconds,
): SeriesMarker<Time>[] {
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
  const sorted = [...marks.values()].sort((a, b) => a.time - b.time);
  return sorted.map((mark) => marker(mark, sorted.length));
}

function marker({ time, side, qty }: Mark, among: number): SeriesMarker<Time> {
  const bought = side === 'BUY';
  const letter = bought ? 'B' : 'S';
  return {
    time: time as UTCTimestamp,
    position: bought ? 'belowBar' : 'aboveBar',
    shape: bought ? 'arrowUp' : 'arrowDown',
    color: (bought ? COLOURS.buyMark : COLOURS.sellMark) + (among > MOST_STRONG ? FAINT : ''),
    text: among <= MOST_LABELLED ? `${letter} ${display(atLeastPlaces(qty, 0))}` : '',
    size: 0.6,
  };
}
