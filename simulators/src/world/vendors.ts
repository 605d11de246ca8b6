/** What a vendor sells. Money is in cents. */
export interface Product {
  readonly id: string
  readonly name: string
  readonly category: string
  readonly priceCents: number
  readonly costCents: number
  readonly truth: ProductTruth
}

/** What drives the demand for a product: the truth that a forecast has to find. */
export interface ProductTruth {
  /** Mean sold on an ordinary market day. */
  readonly base: number
  /** The day of the year when demand is highest. */
  readonly peakDay: number
  /** 0 for no season up to 1 for none sold at the other end of the year. */
  readonly seasonality: number
  /** Change of the logarithm of demand for 10 degrees more. */
  readonly warmth: number
  /** Share of demand that heavy rain takes. */
  readonly rain: number
  /** Change of the logarithm of demand for each doubling of the visitors that events bring. */
  readonly crowd: number
  /** Growth in a year, 0.05 for 5 %. */
  readonly growth: number
}

/** A vendor, who is one merchant at Square. */
export interface Vendor {
  readonly merchantId: string
  readonly businessName: string
  readonly products: readonly Product[]
  /** The part of the world's custom that is hers. */
  readonly share: number
}

type Effects = readonly [
  base: number,
  peakDay: number,
  seasonality: number,
  warmth: number,
  rain: number,
  crowd: number,
  growth: number,
]

function product(
  [id, name, category]: readonly [id: string, name: string, category: string],
  [priceCents, costCents]: readonly [price: number, cost: number],
  effects: Effects,
): Product {
  const [base, peakDay, seasonality, warmth, rain, crowd, growth] = effects
  const truth = { base, peakDay, seasonality, warmth, rain, crowd, growth }
  return Object.freeze({
    id,
    name,
    category,
    priceCents,
    costCents,
    truth: Object.freeze(truth),
  })
}

/** The vendors of the world. The first is the one the demonstration shows. */
export const vendors: readonly Vendor[] = Object.freeze([
  {
    merchantId: 'MHILLSDFARM01',
    businessName: 'Hillside Farm and Bakery',
    share: 1,
    products: [
      product(
        ['sourdough', 'Sourdough Loaf', 'Bakery'],
        [850, 260],
        [16, 340, 0.12, -0.08, 0.27, 0.12, 0.06],
      ),
      product(
        ['cinnamon-roll', 'Cinnamon Roll', 'Bakery'],
        [450, 130],
        [14, 350, 0.24, -0.17, 0.32, 0.22, 0.02],
      ),
      product(
        ['strawberry-jam', 'Strawberry Jam', 'Preserves'],
        [900, 350],
        [6, 170, 0.36, 0.04, 0.23, 0.17, 0],
      ),
      product(
        ['tomatoes', 'Heirloom Tomatoes', 'Produce'],
        [500, 180],
        [17, 225, 0.6, 0.09, 0.45, 0.06, 0.04],
      ),
      product(
        ['salad-greens', 'Salad Greens', 'Produce'],
        [450, 150],
        [12, 160, 0.4, 0.15, 0.41, 0.04, 0.05],
      ),
      product(
        ['eggs', 'Free-range Eggs', 'Dairy and Eggs'],
        [750, 380],
        [11, 100, 0.1, -0.03, 0.27, 0.04, -0.03],
      ),
      product(['apple-cider', 'Apple Cider', 'Drinks'], [700, 220], [10, 290, 0.56, -0.11, 0.36, 0.22, 0.03]),
      product(['lemonade', 'Fresh Lemonade', 'Drinks'], [500, 110], [15, 200, 0.44, 0.26, 0.59, 0.29, 0.08]),
    ],
  },
  {
    merchantId: 'MVALLYFLWRS02',
    businessName: 'Valley Flowers',
    share: 0.7,
    products: [
      product(['bouquet', 'Mixed Bouquet', 'Flowers'], [1800, 700], [9, 150, 0.32, 0.08, 0.45, 0.15, 0.03]),
      product(['sunflowers', 'Sunflower Bunch', 'Flowers'], [1000, 320], [7, 215, 0.64, 0.08, 0.45, 0.14, 0]),
      product(['herb-pot', 'Herb Pot', 'Plants'], [600, 200], [7, 130, 0.48, 0.11, 0.36, 0.08, 0.05]),
      product(['wreath', 'Dried Wreath', 'Crafts'], [3200, 1200], [2, 345, 0.64, -0.15, 0.27, 0.22, 0.1]),
    ],
  },
])
