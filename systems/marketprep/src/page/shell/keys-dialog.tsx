import { Dialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { Button } from '../look/look.ts'
import { useKeyBindings } from './keys.ts'

export interface KeysDialogProps {
  readonly isOpen: boolean
  readonly onChange: (isOpen: boolean) => void
}

export function KeysDialog({ isOpen, onChange }: KeysDialogProps) {
  const bindings = useKeyBindings()
  return (
    <ModalOverlay className="overlay" isDismissable isOpen={isOpen} onOpenChange={onChange}>
      <Modal>
        <Dialog className="dialog">
          <div className="stack">
            <Heading slot="title" level={2}>
              Keys
            </Heading>
            <dl className="keys">
              {bindings.map(({ keys, does }) => (
                <div key={keys}>
                  <dt>{does}</dt>
                  <dd>
                    {keys.split(' ').map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
            <div>
              <Button onPress={() => onChange(false)}>Close</Button>
            </div>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
