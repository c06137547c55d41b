import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig, type DefaultTheme } from 'vitepress'

const docs = fileURLToPath(new URL('..', import.meta.url))
const repository = 'https://github.com/cantil-go/cantil/blob/main/'

// title is a page's first heading.
function title(page: string): string {
  const text = readFileSync(path.join(docs, page + '.md'), 'utf8')
  return /^# (.+)$/m.exec(text)![1]
}

const groups: { text: Record<string, string>; pages: string[] }[] = [
  { text: { en: 'Begin', pt: 'Começar', ru: 'Начало' }, pages: ['first-hour', 'course', 'flask-to-cantil', 'guide'] },
  { text: { en: 'Use', pt: 'Usar', ru: 'Использование' }, pages: ['sessions', 'configuration', 'command', 'testing', 'debugging', 'translations', 'cookbook', 'websocket'] },
  { text: { en: 'Run', pt: 'Publicar', ru: 'Сервер' }, pages: ['moving', 'deploy', 'security', 'troubleshooting'] },
  { text: { en: 'Inside', pt: 'Por dentro', ru: 'Устройство' }, pages: ['performance', 'why-not', 'architecture', 'flask-tests', 'glossary'] },
]

// sidebar lists a language's pages; one that it lacks leads to the English one.
function sidebar(language: string): DefaultTheme.SidebarItem[] {
  return groups.map(group => ({
    text: group.text[language],
    items: group.pages.map(page => {
      const own = language === 'en' ? page : `${language}/${page}`
      return existsSync(path.join(docs, own + '.md'))
        ? { text: title(own), link: '/' + own }
        : { text: title(page) + ' (en)', link: '/' + page }
    }),
  }))
}

// outside makes links to files beyond docs/ lead to the repository.
function outside(href: string, page: string): string {
  if (/^([a-z]+:|#|\/)/.test(href)) return href
  const [file, anchor] = href.split('#')
  const target = path.posix.normalize(path.posix.join('docs', path.posix.dirname(page), file))
  const isPage = target.startsWith('docs/') && target.endsWith('.md')
  if (isPage || target.startsWith('docs/images/')) return href
  return repository + target + (anchor ? '#' + anchor : '')
}

// anchorOf is GitHub's rule for a heading's anchor, so that a link leads to it in both.
function anchorOf(heading: string): string {
  return heading.trim().toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')
}

export default defineConfig({
  title: 'Cantil',
  description: "A micro web framework for Go that keeps Flask's sessions",
  cleanUrls: true,
  ignoreDeadLinks: [/^http:\/\/localhost/],
  srcExclude: ['node_modules/**'],
  locales: {
    root: { label: 'English', lang: 'en', themeConfig: { sidebar: sidebar('en') } },
    pt: {
      label: 'Português', lang: 'pt-BR',
      themeConfig: {
        sidebar: sidebar('pt'), outline: { label: 'Nesta página' }, docFooter: { prev: 'Anterior', next: 'Próxima' },
        darkModeSwitchLabel: 'Aparência', sidebarMenuLabel: 'Menu', returnToTopLabel: 'Ao topo', langMenuLabel: 'Idioma', skipToContentLabel: 'Ir ao conteúdo',
      },
    },
    ru: {
      label: 'Русский', lang: 'ru',
      themeConfig: {
        sidebar: sidebar('ru'), outline: { label: 'На этой странице' }, docFooter: { prev: 'Назад', next: 'Дальше' },
        darkModeSwitchLabel: 'Оформление', sidebarMenuLabel: 'Меню', returnToTopLabel: 'Наверх', langMenuLabel: 'Язык', skipToContentLabel: 'К содержанию',
      },
    },
  },
  themeConfig: {
    search: {
      provider: 'local',
      options: {
        locales: {
          pt: { translations: { button: { buttonText: 'Buscar', buttonAriaLabel: 'Buscar' }, modal: { noResultsText: 'Nada foi encontrado para' } } },
          ru: { translations: { button: { buttonText: 'Поиск', buttonAriaLabel: 'Поиск' }, modal: { noResultsText: 'Ничего не найдено:' } } },
        },
      },
    },
    outline: { level: [2, 3] },
    socialLinks: [{ icon: 'github', link: 'https://github.com/cantil-go/cantil' }],
  },
  markdown: {
    anchor: { slugify: anchorOf },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config(md) {
      md.core.ruler.push('outside', state => {
        for (const token of state.tokens) {
          for (const child of token.children ?? []) {
            if (child.type === 'code_inline') child.attrSet('v-pre', '') // {{ }} is Jinja's here
            const href = child.type === 'link_open' && child.attrGet('href')
            if (href) child.attrSet('href', outside(href, state.env.relativePath))
          }
        }
      })
    },
  },
})
