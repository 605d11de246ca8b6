import type { WorldEvent } from '../world/event-calendar.ts'
import { addDays } from '../world/iso-date.ts'

/** Events as an iCalendar file (RFC 5545): lines end with CRLF and fold at 75 octets. */
export function calendarText(name: string, events: readonly WorldEvent[]): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//seaworthy//events simulator//EN',
    `X-WR-CALNAME:${escapeText(`Events near ${name}`)}`,
    ...events.flatMap((event) => [
      'BEGIN:VEVENT',
      `UID:${event.id}@events.invalid`,
      `DTSTAMP:${event.date.replaceAll('-', '')}T000000Z`,
      `DTSTART;VALUE=DATE:${event.date.replaceAll('-', '')}`,
      `DTEND;VALUE=DATE:${addDays(event.date, 1).replaceAll('-', '')}`,
      `SUMMARY:${escapeText(event.name)}`,
      `LOCATION:${escapeText(event.venueName)}`,
      `GEO:${event.latitude};${event.longitude}`,
      `CATEGORIES:${event.category.toUpperCase()}`,
      `X-EXPECTED-ATTENDANCE:${event.attendance}`,
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ]
  return `${lines.map(fold).join('\r\n')}\r\n`
}

function escapeText(text: string): string {
  return text.replaceAll(/[\\;,]/g, (character) => `\\${character}`).replaceAll('\n', String.raw`\n`)
}

/** Cuts a line into pieces of at most 75 octets, the later ones led by a space. */
function fold(line: string): string {
  const pieces: string[] = []
  let piece = ''
  for (const character of line) {
    const room = pieces.length === 0 ? 75 : 74
    if (Buffer.byteLength(piece + character) > room) {
      pieces.push(piece)
      piece = ''
    }
    piece += character
  }
  return [...pieces, piece].join('\r\n ')
}
