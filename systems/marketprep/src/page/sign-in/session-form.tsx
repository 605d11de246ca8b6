import { useState } from 'react'
import { Form } from 'react-aria-components/Form'
import { useDraft } from '../api/draft.ts'
import { asProblem, type ApiProblem } from '../api/problem.ts'
import { api } from '../api/session.ts'
import { Button, Failure, TextInput } from '../look/look.ts'
import { checkSession, type SessionFields } from './check-session.ts'

const nobody = { email: '', businessName: '' }

/** Signs in or up. Everything but the password outlives a reload. */
export function SessionForm({ isNew }: { readonly isNew: boolean }) {
  const draft = useDraft('session', nobody)
  const [password, setPassword] = useState('')
  const [errors, setErrors] = useState<Partial<SessionFields>>({})
  const [problem, setProblem] = useState<ApiProblem>()
  const [isSending, setIsSending] = useState(false)

  const send = async () => {
    const fields = { ...draft.value, password }
    const found = checkSession(fields, isNew)
    setErrors(found)
    setProblem(undefined)
    if (Object.keys(found).length > 0) return
    setIsSending(true)
    try {
      const { businessName, ...login } = fields
      await api.signIn(isNew ? '/auth/register' : '/auth/login', isNew ? { ...login, businessName } : login)
      draft.clear()
    } catch (thrown) {
      const failed = asProblem(thrown)
      setErrors(failed.fields)
      setProblem(Object.keys(failed.fields).length > 0 ? undefined : failed)
      setIsSending(false)
    }
  }

  const field = (name: 'email' | 'businessName') => ({
    value: draft.value[name],
    error: errors[name],
    onChange: (value: string) => draft.change((previous) => ({ ...previous, [name]: value })),
  })
  return (
    <Form
      className="card stack"
      validationBehavior="aria"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      {problem === undefined ? null : (
        <Failure title={problem.title} detail={problem.detail} correlationId={problem.correlationId} />
      )}
      {isNew ? (
        <TextInput
          label="Business name"
          name="businessName"
          autoComplete="organization"
          {...field('businessName')}
        />
      ) : null}
      <TextInput label="Email" name="email" type="email" autoComplete="username" {...field('email')} />
      <TextInput
        label="Password"
        name="password"
        type="password"
        autoComplete={isNew ? 'new-password' : 'current-password'}
        help={isNew ? 'At least 10 characters; a few words are good.' : undefined}
        value={password}
        error={errors.password}
        onChange={setPassword}
      />
      <Button type="submit" tone="primary" isDisabled={isSending}>
        {isNew ? 'Make an account' : 'Sign in'}
      </Button>
    </Form>
  )
}
