export const errors = {
  unexpected: 'Something in this page failed. Reload it; nothing was sent because of this.',
  unreachable: 'The exchange does not answer. Check the connection and try again.',
  unreadable: 'The answer of the exchange could not be read.',
  pageFailed: 'This screen failed',
  reload: 'Reload the page',
  notFoundTitle: 'There is no such page',
  notFoundText: 'The address may be misspelt, or what it named is gone.',
  toMarket: 'Go to the market',
}
