package scaffold

// texts are what a site says.
type texts struct {
	Home, Private, SignIn, SignOut, UserName, Password, Hello string
	Visits                                                    string // with {{ visits }}
	Visit1, Visit2                                            string // what it says at the first visits
	Please, Wrong, PasswordIs                                 string

	ReadmeIntro, ReadmeRun, ReadmeTest, ReadmeBuild, ReadmeEnv, ReadmeKey, ReadmePassword string
}

var languages = map[string]texts{
	"en": {
		Home: "Home", Private: "Private page", SignIn: "Sign in", SignOut: "Sign out", UserName: "User name", Password: "Password", Hello: "Hello",
		Visits: "This is visit {{ visits }} of your session.", Visit1: "This is visit 1", Visit2: "This is visit 2",
		Please: "Please sign in to see this page.", Wrong: "Wrong user name or password.", PasswordIs: "PASSWORD is not set; the password of maria is",
		ReadmeIntro: "A site made with Cantil: a page for everybody, a login, and a page for who is signed in.",
		ReadmeRun:   "http://localhost:5000/, built anew at each change", ReadmeTest: "the tests", ReadmeBuild: "one file to copy to a server, templates included",
		ReadmeEnv: "What the program reads from its environment:", ReadmeKey: "signs the session's cookie; `cantil secret` makes one. Without it logins end with the program.",
		ReadmePassword: "the password of `maria`; one is made up and printed without it.",
	},
	"pt": {
		Home: "Início", Private: "Página privada", SignIn: "Entrar", SignOut: "Sair", UserName: "Usuário", Password: "Senha", Hello: "Olá",
		Visits: "Esta é a visita {{ visits }} da sua sessão.", Visit1: "Esta é a visita 1", Visit2: "Esta é a visita 2",
		Please: "Entre para ver esta página.", Wrong: "Usuário ou senha inválidos.", PasswordIs: "PASSWORD não está no ambiente; a senha de maria é",
		ReadmeIntro: "Um site feito com o Cantil: uma página para todos, um login e uma página para quem entrou.",
		ReadmeRun:   "http://localhost:5000/, compilado de novo a cada mudança", ReadmeTest: "os testes", ReadmeBuild: "um arquivo só para copiar ao servidor, com os modelos",
		ReadmeEnv: "O que o programa lê do ambiente:", ReadmeKey: "assina o cookie da sessão; `cantil secret` cria uma chave. Sem ela os logins acabam com o programa.",
		ReadmePassword: "a senha de `maria`; sem ela uma é sorteada e mostrada.",
	},
	"ru": {
		Home: "Главная", Private: "Закрытая страница", SignIn: "Войти", SignOut: "Выйти", UserName: "Имя пользователя", Password: "Пароль", Hello: "Здравствуйте",
		Visits: "Это посещение номер {{ visits }} за эту сессию.", Visit1: "Это посещение номер 1", Visit2: "Это посещение номер 2",
		Please: "Войдите, чтобы увидеть эту страницу.", Wrong: "Неверное имя пользователя или пароль.", PasswordIs: "PASSWORD не задан; пароль пользователя maria:",
		ReadmeIntro: "Сайт на Cantil: страница для всех, вход и страница для тех, кто вошёл.",
		ReadmeRun:   "http://localhost:5000/, пересборка при каждом изменении", ReadmeTest: "тесты", ReadmeBuild: "один файл, который копируют на сервер; шаблоны внутри",
		ReadmeEnv: "Переменные окружения, которые читает программа:", ReadmeKey: "подписывает cookie сессии; ключ создаёт `cantil secret`. Без него после перезапуска программы всем придётся войти заново.",
		ReadmePassword: "пароль пользователя `maria`; если он не задан, программа сама придумает пароль и выведет его.",
	},
}
