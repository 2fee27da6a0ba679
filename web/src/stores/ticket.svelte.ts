/** What is written in the order ticket; the ladder writes prices into it. */
import { isDecimal, sign } from '../format/decimal';
import type {
  Amount,
  OffsetUnit,
  OrderType,
  PegReference,
  Side,
  TimeInForce,
  TriggerSource,
} from '../protocol/shapes';
import type { NewOrder } from './desk';
import { ORDER_KINDS } from './order_kinds';
import { plansOf, type Plan } from './plans';

class Ticket {
  side = $state<Side>('BUY');
  orderType = $state<OrderType>('LIMIT');
  price = $state('');
  qty = $state('');
  timeInForce = $state<TimeInForce>('GTC');
  expiresInS = $state(300);
  postOnly = $state(false);
  reduceOnly = $state(false);
  triggerPrice = $state('');
  triggerSource = $state<TriggerSource>('LAST');
  offset = $state('');
  offsetUnit = $state<OffsetUnit>('TICKS');
  pegReference = $state<PegReference>('PRIMARY');
  displayQty = $state('');
  #plan = $state<Plan>('SINGLE');
  takeProfit = $state('');
  stopLoss = $state('');

  /** A plan that the type does not have stays chosen for the next type that has it. */
  get plan(): Plan {
    return plansOf(this.orderType, this.isSpot).includes(this.#plan) ? this.#plan : 'SINGLE';
  }

  set plan(plan: Plan) {
    this.#plan = plan;
  }

  /** Set by the panel: what is chosen there decides. */
  isSpot = $state(false);

  get mayRest(): boolean {
    return !['IOC', 'FOK'].includes(this.timeInForce);
  }

  get mayPostOnly(): boolean {
    return this.orderType === 'LIMIT' && this.mayRest;
  }

  /** An iceberg is a limit order that may rest. */
  get mayShowPart(): boolean {
    return this.orderType === 'LIMIT' && this.mayRest;
  }

  /** Every amount that the type needs is written. */
  get isComplete(): boolean {
    const kind = ORDER_KINDS[this.orderType];
    return (
      isPositive(this.qty) &&
      (kind.limit !== 'needed' || isPositive(this.price)) &&
      (!kind.waitsForTrigger || isPositive(this.triggerPrice)) &&
      (this.orderType !== 'TRAILING_STOP' || /^[1-9]\d{0,11}$/.test(this.offset)) &&
      (this.plan === 'SINGLE' || isPositive(this.stopLoss)) &&
      (this.plan !== 'BRACKET' || isPositive(this.takeProfit))
    );
  }

  pick(price: Amount): void {
    this.setType('LIMIT');
    this.price = price;
  }

  /** A time in force that the type does not have becomes its first. */
  setType(orderType: OrderType): void {
    this.orderType = orderType;
    const { times } = ORDER_KINDS[orderType];
    const kept = times.includes(this.timeInForce) && !(orderType === 'LIMIT' && this.timeInForce === 'IOC');
    if (!kept) this.timeInForce = times[0] ?? 'GTC';
    if (orderType !== 'LIMIT') this.postOnly = false;
  }

  clearAmounts(): void {
    this.price = '';
    this.qty = '';
    this.triggerPrice = '';
    this.offset = '';
    this.displayQty = '';
    this.takeProfit = '';
    this.stopLoss = '';
  }

  /** The order as it is sent: only the fields that its type has. */
  order(symbol: string): NewOrder {
    const kind = ORDER_KINDS[this.orderType];
    const order: NewOrder = {
      symbol,
      side: this.side,
      order_type: this.orderType,
      qty: this.qty,
      time_in_force: this.timeInForce,
      post_only: this.postOnly && this.mayPostOnly,
      reduce_only: this.reduceOnly,
    };
    if (kind.limit !== 'none' && this.price !== '') order.price = this.price;
    if (kind.waitsForTrigger) order.trigger_price = this.triggerPrice;
    if (kind.waitsForTrigger || this.orderType === 'TRAILING_STOP') order.trigger_source = this.triggerSource;
    if (this.orderType === 'TRAILING_STOP') {
      order.offset = Number(this.offset);
      order.offset_unit = this.offsetUnit;
    }
    if (this.orderType === 'PEGGED') order.peg_reference = this.pegReference;
    if (this.mayShowPart && this.displayQty !== '') order.display_qty = this.displayQty;
    return order;
  }
}

function isPositive(text: string): boolean {
  return isDecimal(text) && sign(text) > 0;
}

export const ticket = new Ticket();
