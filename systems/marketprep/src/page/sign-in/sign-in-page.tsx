import './sign-in.css'
import { useState } from 'react'
import { Button } from '../look/look.ts'
import { PageTitle } from '../shell/page-title.tsx'
import { DemoCard } from './demo-card.tsx'
import { SessionForm } from './session-form.tsx'

/** Stands at every address until somebody is signed in; the address is kept for afterwards. */
export function SignInPage() {
  const [isNew, setIsNew] = useState(false)
  return (
    <div className="sign-in">
      <div className="stack-tight">
        <PageTitle name={isNew ? 'Sign up' : 'Sign in'}>
          {isNew ? 'Know what to bring to your next market' : 'Sign in to see what to bring'}
        </PageTitle>
        <p className="soft">From your own sales, the weather and what is on in town.</p>
      </div>
      <SessionForm key={String(isNew)} isNew={isNew} />
      <p className="row">
        {isNew ? 'Here before?' : 'New here?'}
        <Button tone="quiet" onPress={() => setIsNew(!isNew)}>
          {isNew ? 'Sign in' : 'Make an account'}
        </Button>
      </p>
      <DemoCard />
    </div>
  )
}
