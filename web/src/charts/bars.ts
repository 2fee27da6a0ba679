/** Candles as the chart wants them: numbers, for drawing only. */
import type { CandlestickData, HistogramData, UTCTimestamp } from 'lightweight-charts';
import { toNumber } from '../format/decimal';
import { seconds } from '../format/time';
import type { Candle } from '../protocol/shapes';
import { COLOURS } from './appearance';

export function toBar(candle: Candle): CandlestickData<UTCTimestamp> {
  return {
    time: seconds(candle.time) as UTCTimestamp,
    open: toNumber(candle.open),
    high: toNumber(candle.high),
    low: toNumber(candle.low),
    close: toNumber(candle.close),
  };
}

export function toVolume(candle: Candle): HistogramData<UTCTimestamp> {
  const rose = toNumber(candle.close) >= toNumber(candle.open);
  return {
    time: seconds(candle.time) as UTCTimestamp,
    value: toNumber(candle.volume),
    color: rose ? COLOURS.volumeUp : COLOURS.volumeDown,
  };
}
