import { useState } from 'react'
import { endpoints } from '../api/endpoints.ts'
import { asProblem, type ApiProblem } from '../api/problem.ts'
import { api } from '../api/session.ts'
import { useQuery } from '../api/use-query.ts'
import { Button, Failure } from '../look/look.ts'

/** How to look around as the demo vendor; nothing where there is none. */
export function DemoCard() {
  const demo = useQuery('demo', endpoints.demo).value?.demo
  const [problem, setProblem] = useState<ApiProblem>()
  if (demo === undefined || demo === null) return null
  const signIn = () => {
    api.signIn('/auth/login', demo).catch((thrown: unknown) => setProblem(asProblem(thrown)))
  }
  return (
    <section className="stack" aria-label="Demo vendor">
      <h2>Or look around as the demo vendor</h2>
      <p className="soft">
        Two years of sales are there. Email <code>{demo.email}</code>, password <code>{demo.password}</code>,
        or one key:
      </p>
      <div>
        <Button onPress={signIn}>Sign in as the demo vendor</Button>
      </div>
      {problem === undefined ? null : (
        <Failure title={problem.title} detail={problem.detail} correlationId={problem.correlationId} />
      )}
    </section>
  )
}
