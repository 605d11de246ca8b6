import { useState } from 'react'
import { Form } from 'react-aria-components/Form'
import { useDraft } from '../api/draft.ts'
import { endpoints } from '../api/endpoints.ts'
import { asProblem, type ApiProblem } from '../api/problem.ts'
import { Button, Failure, TextInput } from '../look/look.ts'
import { PlaceFinder } from './place-finder.tsx'
import { noVenue, venueBody, venueErrors, type VenueErrors, type VenueFields } from './venue-fields.ts'
import { WeekdayChoice } from './weekday-choice.tsx'

/** A new venue: its name, the town, the days. */
export function VenueForm({ onAdded }: { readonly onAdded: () => void }) {
  const { value, change, clear } = useDraft('venue', noVenue)
  const [errors, setErrors] = useState<VenueErrors>({})
  const [problem, setProblem] = useState<ApiProblem>()
  const [isSending, setIsSending] = useState(false)
  const set = (part: Partial<VenueFields>) => change((previous) => ({ ...previous, ...part }))

  const add = async () => {
    setErrors(venueErrors(value))
    setProblem(undefined)
    const body = venueBody(value)
    if (body === undefined) return
    setIsSending(true)
    try {
      await endpoints.addVenue(body)
      clear()
      onAdded()
    } catch (thrown) {
      const failed = asProblem(thrown)
      setErrors(failed.fields)
      setProblem(failed)
    }
    setIsSending(false)
  }
  return (
    <Form
      className="card stack set-up-form"
      validationBehavior="aria"
      onSubmit={(event) => {
        event.preventDefault()
        void add()
      }}
    >
      <h3>Add a venue</h3>
      {problem === undefined ? null : (
        <Failure title={problem.title} detail={problem.detail} correlationId={problem.correlationId} />
      )}
      <TextInput
        label="Name of the market"
        name="name"
        value={value.name}
        error={errors.name}
        onChange={(name) => set({ name })}
      />
      <PlaceFinder
        searched={value.searched}
        place={value.place}
        error={errors.place}
        onSearch={(searched) => set({ searched, place: null })}
        onChoose={(place) => set({ place })}
      />
      <WeekdayChoice
        value={value.weekdays}
        error={errors.weekdays}
        onChange={(weekdays) => set({ weekdays })}
      />
      <div>
        <Button type="submit" tone="primary" isDisabled={isSending}>
          Add the venue
        </Button>
      </div>
    </Form>
  )
}
