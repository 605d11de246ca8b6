/** How often the system took a processor away from this process. Always 0 on systems that do not tell. */
export function interruptions(): number {
  return process.resourceUsage().involuntaryContextSwitches
}
