import { useState } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { DropZone } from 'react-aria-components/DropZone'
import { FileTrigger } from 'react-aria-components/FileTrigger'
import { Text } from 'react-aria-components/Text'
import { buttonClass } from '../look/look.ts'
import { refusedFile } from './import-step.ts'

export interface ChooseFileProps {
  readonly note?: string | undefined
  readonly onFile: (file: File) => void
}

/** Drop a file or choose one. */
export function ChooseFile({ note, onFile }: ChooseFileProps) {
  const [error, setError] = useState<string>()
  const offer = (file: File | undefined) => {
    if (file === undefined) return
    const refused = refusedFile(file)
    setError(refused)
    if (refused === undefined) onFile(file)
  }
  return (
    <DropZone
      className="drop"
      onDrop={(event) => {
        const item = event.items.find((each) => each.kind === 'file')
        if (item?.kind === 'file') void item.getFile().then(offer)
      }}
    >
      <Text slot="label">Drop a CSV file here, or</Text>
      <FileTrigger acceptedFileTypes={['.csv', 'text/csv']} onSelect={(files) => offer(files?.[0])}>
        <AriaButton className={buttonClass('primary')}>Choose a file</AriaButton>
      </FileTrigger>
      <p className="soft small">
        In Square: Reporting, Item sales, Export. It is checked before anything is taken.
      </p>
      <p className={error === undefined ? 'soft' : 'field-error'} aria-live="polite">
        {error ?? note}
      </p>
    </DropZone>
  )
}
