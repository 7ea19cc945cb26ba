/** What an order may be, in the order in which it is offered. */
export const CHANNELS = ['phone', 'web', 'wechat', 'sms', 'email', 'walk_in', 'dealer', 'engineer'] as const
export const URGENCIES = ['normal', 'urgent'] as const
export const SEVERITIES = ['general', 'l3', 'l2', 'l1'] as const
