import { plural } from '../plural.ts'

export const catalogue = {
  title: 'Catalogue',
  lead: 'Every product: what one unit holds, how good the machines are, and what it costs.',
  none: 'No product is defined yet',
  grades: 'Grades of the machines on offer',
  noMachines: 'No machine offers it now',
  gradeOf: (grade: string) => (grade === 'U' ? 'U, not rated' : grade),
  machines: (count: number) => plural(count, 'machine'),
  offers: 'Can be bought now',
  offersOf: (available: number, listed: number) => `${available} of ${plural(listed, 'offer')}`,
  units: (count: number) => plural(count, 'unit'),
  bestPrice: 'Best price',
  nothing: 'nothing now',
  standard: 'Standard price',
  standardNote: 'of a standard unit, best',
  standardMean: (price: string) => `all offers together: ${price}`,
  standardNone: 'no offer of a rated machine',
  standardHow:
    'Standard price = price × 1,000,000 ÷ factor of the machine, rounded up. The factor says how much of a standard unit one unit of the machine gives, by its verified report.',
  withoutFactor: (count: number) => `${plural(count, 'offer')} without a factor not counted`,
  trend: (symbol: string) => `Hours of the last week: ${symbol}`,
  noTrend: 'Not traded in the last week',
  price: 'Price',
  instruments: 'Instruments',
  noInstruments: 'It is not listed in any hub yet',
  available: 'Units now',
}
