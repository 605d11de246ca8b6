import { type ReactNode } from 'react'
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button'

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style' | 'children'> {
  /** `primary` for the one main action of a view, `quiet` for what stands in text. */
  readonly tone?: 'primary' | 'plain' | 'quiet'
  readonly children: ReactNode
}

export const buttonClass = (tone: ButtonProps['tone'] = 'plain'): string =>
  tone === 'plain' ? 'button' : `button button-${tone}`

export function Button({ tone, ...props }: ButtonProps) {
  return <AriaButton {...props} className={buttonClass(tone)} />
}
