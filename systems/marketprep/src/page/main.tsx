import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import './look/tokens.css'
import './look/base.css'
import './look/controls.css'
import './look/parts.css'
import './shell/shell.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './shell/app.tsx'

const root = document.getElementById('root')
if (root === null) throw new Error('Cannot show the page: index.html must have an element with the ID root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
