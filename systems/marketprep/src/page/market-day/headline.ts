import type { RecommendationSet } from '../../contract/recommendation.ts'
import { counted, longDay } from '../shell/words.ts'

/**
 * The server's one sentence, with the date and the venue in front: "Saturday 13 June, Riverside: bring 134 items, rain
 * likely." Climate normals are no forecast, so the sentence then says what it supposes instead.
 */
export function headline(
  set: Pick<RecommendationSet, 'marketDate' | 'venueName' | 'summary' | 'sources' | 'recommendations'>,
): string {
  const isNormal = set.sources.some(({ source }) => source === 'climate normals')
  const total = set.recommendations.reduce((sum, { quantity }) => sum + quantity, 0)
  const answer = isNormal
    ? `bring ${counted(total, 'item')}, if the weather is as usual.`
    : set.summary.replace(/^[^:]{0,80}:\s*/, '')
  return `${longDay(set.marketDate)}, ${set.venueName}: ${answer}`
}
