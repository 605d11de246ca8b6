/** Lightness 0 to 1, chroma, hue in degrees. */
export interface Oklch {
  readonly l: number
  readonly c: number
  readonly h: number
}

const linear = (light: number, medium: number, short: number): readonly [number, number, number] => [
  4.0767416621 * light - 3.3077115913 * medium + 0.2309699292 * short,
  -1.2684380046 * light + 2.6097574011 * medium - 0.3413193965 * short,
  -0.0041960863 * light - 0.7034186147 * medium + 1.707614701 * short,
]

/** Linear sRGB, clipped to the gamut. Source: Ottosson, "A perceptual color space for image processing" (2020). */
export function toLinearSrgb({ l, c, h }: Oklch): readonly [number, number, number] {
  const a = c * Math.cos((h * Math.PI) / 180)
  const b = c * Math.sin((h * Math.PI) / 180)
  const rgb = linear(
    (l + 0.3963377774 * a + 0.2158037573 * b) ** 3,
    (l - 0.1055613458 * a - 0.0638541728 * b) ** 3,
    (l - 0.0894841775 * a - 1.291485548 * b) ** 3,
  )
  const clip = (value: number) => Math.min(1, Math.max(0, value))
  return [clip(rgb[0]), clip(rgb[1]), clip(rgb[2])]
}

/** Contrast of two colours from 1 to 21. Source: WCAG 2.2, "contrast ratio". */
export function contrast(first: Oklch, second: Oklch): number {
  const luminance = (colour: Oklch) => {
    const [red, green, blue] = toLinearSrgb(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [low, high] = [luminance(first), luminance(second)].toSorted((x, y) => x - y) as [number, number]
  return (high + 0.05) / (low + 0.05)
}
