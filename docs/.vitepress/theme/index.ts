import type { Theme } from 'vitepress'
import DefaultTheme from 'vitepress/theme-without-fonts'
import './style.css'

// A page that a language lacks is the English one.
const translated = Object.keys(import.meta.glob('../../{pt,ru}/*.md')).map(name => name.replace('../../', '/').replace(/(index)?\.md$/, ''))

export default {
  extends: DefaultTheme,
  enhanceApp({ router }) {
    router.onBeforeRouteChange = to => {
      const path = to.replace(/[?#].*$/, '').replace(/\.html$/, '')
      const language = /^\/(pt|ru)\//.exec(path)
      if (language && !translated.includes(path)) {
        router.go(path.replace(language[0], '/'))
        return false
      }
    }
  },
} satisfies Theme
