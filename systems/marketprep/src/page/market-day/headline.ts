import { longDay } from '../shell/words.ts'

/** The server's one sentence, with the date and the venue in front: "Saturday 13 June, Riverside: bring 134 items." */
export function headline(set: { marketDate: string; venueName: string; summary: string }): string {
  const answer = set.summary.replace(/^[^:]{0,80}:\s*/, '')
  return `${longDay(set.marketDate)}, ${set.venueName}: ${answer}`
}
