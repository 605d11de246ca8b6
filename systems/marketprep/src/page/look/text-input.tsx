import { FieldError } from 'react-aria-components/FieldError'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { Text } from 'react-aria-components/Text'
import { TextField } from 'react-aria-components/TextField'
import { type InputHTMLAttributes, type Ref } from 'react'

export interface TextInputProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  /** A sentence under the field. */
  readonly help?: string | undefined
  /** What is wrong and how to mend it; shown at the field. */
  readonly error?: string | undefined
  /** The label is read out but not shown, as in a table with column headings. */
  readonly labelUnseen?: boolean
  readonly name?: string
  readonly type?: 'text' | 'email' | 'password'
  readonly autoComplete?: string
  readonly autoFocus?: boolean
  readonly inputMode?: InputHTMLAttributes<HTMLInputElement>['inputMode']
  readonly placeholder?: string
  readonly isRequired?: boolean
  readonly isDisabled?: boolean
  readonly maxLength?: number
  readonly inputRef?: Ref<HTMLInputElement>
  readonly onBlur?: () => void
}

export function TextInput(props: TextInputProps) {
  const { label, help, error, labelUnseen = false, inputRef, placeholder, inputMode, ...field } = props
  return (
    <TextField {...field} className="field" isInvalid={error !== undefined} validationBehavior="aria">
      <Label className={labelUnseen ? 'unseen' : 'label'}>{label}</Label>
      <Input
        className={inputMode === undefined ? 'input' : 'input number'}
        {...(inputRef === undefined ? {} : { ref: inputRef })}
        {...(placeholder === undefined ? {} : { placeholder })}
        {...(inputMode === undefined ? {} : { inputMode })}
      />
      {help === undefined ? null : (
        <Text slot="description" className="field-help">
          {help}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </TextField>
  )
}
