/** What is written in the order ticket; the ladder writes prices into it. */
import type { Amount, OrderType, Side, TimeInForce } from '../protocol/shapes';

class Ticket {
  side = $state<Side>('BUY');
  orderType = $state<OrderType>('LIMIT');
  price = $state('');
  qty = $state('');
  timeInForce = $state<TimeInForce>('GTC');
  expiresInS = $state(300);
  postOnly = $state(false);
  reduceOnly = $state(false);

  pick(price: Amount): void {
    this.orderType = 'LIMIT';
    this.price = price;
  }

  /** A market order never rests. */
  setType(orderType: OrderType): void {
    this.orderType = orderType;
    if (orderType === 'MARKET' && !['IOC', 'FOK'].includes(this.timeInForce)) this.timeInForce = 'IOC';
    if (orderType === 'LIMIT' && this.timeInForce === 'IOC') this.timeInForce = 'GTC';
    if (orderType === 'MARKET') this.postOnly = false;
  }

  clearAmounts(): void {
    this.price = '';
    this.qty = '';
  }
}

export const ticket = new Ticket();
