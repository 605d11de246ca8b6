/**
 * What the stages of a line must remember of one call: a slot for each, by its index. The first are fields of the call, as
 * a list for each call would be one more thing to allocate; only long lines need one.
 */
export interface Frames {
  frame0: unknown
  frame1: unknown
  frame2: unknown
  frame3: unknown
  frame4: unknown
  /** The slots from 5 on. */
  moreFrames: unknown[] | undefined
}

const fieldCount = 5

/** What the stage at this index keeps of a call. */
export function frameOf(frames: Frames, index: number): unknown {
  switch (index) {
    case 0:
      return frames.frame0
    case 1:
      return frames.frame1
    case 2:
      return frames.frame2
    case 3:
      return frames.frame3
    case 4:
      return frames.frame4
    default:
      return frames.moreFrames?.[index - fieldCount]
  }
}

/** Keeps something for the stage at this index, in place of what it kept before. */
export function keepFrame(frames: Frames, index: number, frame: unknown): void {
  switch (index) {
    case 0:
      frames.frame0 = frame
      break
    case 1:
      frames.frame1 = frame
      break
    case 2:
      frames.frame2 = frame
      break
    case 3:
      frames.frame3 = frame
      break
    case 4:
      frames.frame4 = frame
      break
    default:
      frames.moreFrames ??= []
      frames.moreFrames[index - fieldCount] = frame
  }
}

/** Gives a call what another one remembers. */
export function copyFrames(from: Frames, to: Frames): void {
  for (let index = 0; index < fieldCount; index++) keepFrame(to, index, frameOf(from, index))
  to.moreFrames = from.moreFrames?.slice()
}

/** Forgets what the stages from this index on, `end` excluded, keep. */
export function clearFrames(frames: Frames, start: number, end: number): void {
  for (let index = start; index < end; index++) keepFrame(frames, index, undefined)
}
