import { expectTypeOf, test } from 'vitest'
import {
  constant,
  derive,
  fallback,
  lastGood,
  pipeline,
  resilientFetch,
  retry,
  timeout,
  undiciInterceptor,
  type Pipeline,
} from 'seaworthy/resilience'
import { Agent, type Dispatcher } from 'undici'

const canned = fallback([derive('canned', () => new Response('canned'))])
const none = fallback([constant('none', null)])

test('resilientFetch: takes policies whose fallbacks answer with responses', () => {
  expectTypeOf(resilientFetch(pipeline([retry(), timeout()]))).toEqualTypeOf<typeof fetch>()
  expectTypeOf(resilientFetch(pipeline([canned, retry()]))).toEqualTypeOf<typeof fetch>()
  expectTypeOf(resilientFetch(pipeline([canned, retry(), canned]))).toEqualTypeOf<typeof fetch>()
  expectTypeOf(resilientFetch(pipeline([fallback([lastGood()])]))).toEqualTypeOf<typeof fetch>()
  expectTypeOf(resilientFetch(pipeline([]) as Pipeline)).toEqualTypeOf<typeof fetch>()
  // @ts-expect-error null is no response
  resilientFetch(pipeline([none]))
  // @ts-expect-error null is no response, further in either
  resilientFetch(pipeline([canned, retry(), none]))
})

test('undiciInterceptor: takes policies without fallbacks, and is what compose of undici takes', async () => {
  const interceptor = undiciInterceptor(pipeline([retry(), timeout()]))
  expectTypeOf(interceptor).toExtend<Dispatcher.DispatcherComposeInterceptor>()
  const agent = new Agent()
  expectTypeOf(agent.compose(interceptor, undiciInterceptor(pipeline([]) as Pipeline))).toExtend<Dispatcher>()
  await agent.close()
  // @ts-expect-error a fallback cannot stand for an answer of the server
  const refused = () => undiciInterceptor(pipeline([canned]))
  expectTypeOf(refused).toBeFunction()
})
