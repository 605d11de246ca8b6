import { Type, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

/** The daily variables that are asked for. */
export const dailyVariables = ['temperature_2m_max', 'precipitation_sum', 'weather_code'] as const

const column = <S extends TSchema>(schema: S) =>
  Type.Array(Type.Union([schema, Type.Null()]), { maxItems: 40_000 })

export const DailyAnswer = Compile(
  Type.Object({
    timezone: Type.String(),
    daily: Type.Object({
      time: Type.Array(Type.String({ pattern: String.raw`^\d{4}-\d{2}-\d{2}$` }), { maxItems: 40_000 }),
      temperature_2m_max: column(Type.Number({ minimum: -100, maximum: 100 })),
      precipitation_sum: column(Type.Number({ minimum: 0, maximum: 5_000 })),
      weather_code: column(Type.Integer({ minimum: 0, maximum: 99 })),
    }),
  }),
)

export const GeocodingAnswer = Compile(
  Type.Object({
    results: Type.Optional(
      Type.Array(
        Type.Object({
          id: Type.Integer(),
          name: Type.String(),
          latitude: Type.Number({ minimum: -90, maximum: 90 }),
          longitude: Type.Number({ minimum: -180, maximum: 180 }),
          timezone: Type.Optional(Type.String()),
          country_code: Type.Optional(Type.String()),
          admin1: Type.Optional(Type.String()),
        }),
        { maxItems: 100 },
      ),
    ),
  }),
)
