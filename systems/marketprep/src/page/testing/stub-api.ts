import {
  stubDays,
  stubFeedback,
  stubFeedbackStats,
  stubImport,
  stubProducts,
  stubSales,
  stubSecret,
  stubSession,
  stubSet,
  stubSquare,
  stubVenues,
} from './stub-data.ts'

/** What a test may change while the page runs. */
export interface StubState {
  signedIn: boolean
  degraded: boolean
  /** A vendor with nothing yet. */
  isNew: boolean
  square: boolean
  importFailures: boolean
  /** Requests that fail with 503, as `GET /products`. */
  readonly failing: Set<string>
  /** Requests that are answered with an empty object, as no server of ours does. */
  readonly garbled: Set<string>
  readonly reported: Set<string>
  venues: number
  /** The access token is refused until the next refresh. */
  expired: boolean
  readonly requests: string[]
}

export interface StubRequest {
  readonly key: string
  readonly query: URLSearchParams
  readonly body: unknown
}

export interface StubAnswer {
  readonly status: number
  readonly body?: unknown
}

type Handler = (state: StubState, request: StubRequest) => StubAnswer

const ok = (body: unknown): StubAnswer => ({ status: 200, body })
const list = (items: readonly unknown[]): StubAnswer => ok({ items, nextCursor: null })

const problem = (
  status: number,
  code: string,
  words: { readonly title: string; readonly detail: string; readonly errors?: unknown },
): StubAnswer => ({
  status,
  body: {
    type: `/problems/${code}`,
    status,
    instance: '/marketprep/api',
    code,
    correlationId: 'c0ffee00-0000-7000-8000-000000000001',
    ...words,
  },
})

const field = (body: unknown, name: string): string =>
  typeof body === 'object' && body !== null && name in body
    ? String((body as Record<string, unknown>)[name])
    : ''

const signIn: Handler = (state, { body }) => {
  if (field(body, 'password') !== stubSecret.password) {
    return problem(401, 'ERR_WRONG_CREDENTIALS', {
      title: 'Wrong email or password',
      detail: 'Check both and try again.',
    })
  }
  state.signedIn = true
  return ok(stubSession)
}

const register: Handler = (state, { body }) => {
  if (field(body, 'email') === stubSecret.email) {
    return problem(409, 'ERR_EMAIL_TAKEN', {
      title: 'Email taken',
      detail: 'Sign in, or use another address.',
      errors: [{ field: 'email', message: 'There is an account with this address: sign in instead' }],
    })
  }
  state.signedIn = true
  state.isNew = true
  const businessName = field(body, 'businessName')
  return { status: 201, body: { ...stubSession, vendor: { ...stubSession.vendor, businessName } } }
}

const give: Handler = (state, { body }) => {
  const id = field(body, 'recommendationId')
  if (state.reported.has(id)) {
    return problem(409, 'ERR_FEEDBACK_GIVEN', {
      title: 'Already reported',
      detail: 'The first report stands.',
    })
  }
  state.reported.add(id)
  return { status: 201, body: { ...stubFeedback[0], recommendationId: id } }
}

const importSales: Handler = (state, { query }) => {
  const mode = query.get('mode')
  const report = stubImport(mode === 'check' || mode === 'good' ? mode : 'all', state.importFailures)
  if (report.applied) state.isNew = false
  return ok(report)
}

const setVenues = (state: StubState): readonly unknown[] =>
  state.isNew ? stubVenues.slice(0, state.venues) : stubVenues

const handlers: Readonly<Record<string, Handler>> = {
  'GET /demo': () => ok({ demo: stubSecret }),
  'POST /auth/login': signIn,
  'POST /auth/register': register,
  'POST /auth/logout': (state) => {
    state.signedIn = false
    return { status: 204 }
  },
  'POST /auth/refresh': (state) => {
    state.expired = false
    return state.signedIn ? ok(stubSession) : { status: 204 }
  },
  'GET /venues': (state) => list(setVenues(state)),
  'POST /venues': (state, { body }) => {
    state.venues += 1
    return { status: 201, body: { ...stubVenues[0], ...(body as object) } }
  },
  'GET /places': () =>
    ok({
      items: [
        {
          name: 'Riverside',
          region: 'Illinois, United States',
          latitude: 41.835,
          longitude: -87.823,
          timeZone: 'America/Chicago',
        },
        {
          name: 'Riverside',
          region: 'California, United States',
          latitude: 33.953,
          longitude: -117.396,
          timeZone: 'America/Los_Angeles',
        },
      ],
    }),
  'GET /products': (state) => list(state.isNew ? [] : stubProducts),
  'POST /products': (_, { body }) => ({ status: 201, body: { ...stubProducts[0], ...(body as object) } }),
  'GET /market-days': (state) => ok({ items: state.isNew && state.venues === 0 ? [] : stubDays }),
  'POST /recommendations': (state, { body }) => {
    const set = stubSet(field(body, 'marketDate'), field(body, 'venueId'), state.degraded)
    return ok(state.isNew ? { ...set, recommendations: [] } : set)
  },
  'GET /recommendations': (state, { query }) => {
    const date = query.get('marketDate') ?? ''
    return state.isNew
      ? problem(404, 'ERR_NO_RECOMMENDATION', { title: 'Not found', detail: 'None were made for this day.' })
      : ok(stubSet(date, query.get('venueId') ?? '', state.degraded))
  },
  'GET /feedback': (state) => list(state.isNew ? [] : stubFeedback),
  'POST /feedback': give,
  'GET /feedback/stats': () => ok(stubFeedbackStats),
  'GET /sales/stats': (state) =>
    ok(
      state.isNew
        ? { ...stubSales, unitsSold: 0, revenueCents: 0, marketDays: 0, byProduct: [], byDay: [] }
        : stubSales,
    ),
  'POST /sales/import': importSales,
  'GET /square/status': (state) => ok(stubSquare(state.square)),
  'POST /square/connect': (state) => {
    state.square = true
    return ok({ authorizeUrl: '/marketprep/?square=connected' })
  },
  'POST /square/sync': (state) => ({ status: 202, body: { ...stubSquare(state.square), sync: 'running' } }),
  'DELETE /square': (state) => {
    state.square = false
    return { status: 204 }
  },
}

const open = /^(GET \/demo|POST \/auth\/)/

export function stubAnswer(state: StubState, request: StubRequest): StubAnswer {
  if (state.failing.has(request.key)) {
    return problem(503, 'ERR_UNAVAILABLE', {
      title: 'Temporarily unavailable',
      detail: 'The database does not answer. Try again in a minute.',
    })
  }
  if (!open.test(request.key) && (!state.signedIn || state.expired)) {
    return problem(401, 'ERR_NO_SESSION', { title: 'Not signed in', detail: 'Sign in.' })
  }
  if (state.garbled.has(request.key)) return ok({})
  if (request.key.startsWith('PATCH /products/'))
    return ok({ ...stubProducts[0], ...(request.body as object) })
  return (
    handlers[request.key]?.(state, request) ??
    problem(404, 'ERR_NOT_FOUND', { title: 'Not found', detail: 'No such address.' })
  )
}
