// Package gin is Gin with gin-contrib/sessions, as their READMEs set them up;
// without the request log, since no other peer writes one.
package gin

import (
	"html/template"
	"net/http"
	"strconv"

	"github.com/gin-contrib/sessions"
	"github.com/gin-contrib/sessions/cookie"
	"github.com/gin-contrib/sessions/redis"
	"github.com/gin-gonic/gin"

	"github.com/cantil-go/cantil/bench/internal/site"
)

// New returns the server, with its sessions in the cookie or in Redis.
func New(cfg site.Config) (*http.Server, error) {
	store, err := newStore(cfg)
	if err != nil {
		return nil, err
	}
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.Use(gin.Recovery())
	r.SetHTMLTemplate(template.Must(template.ParseFS(site.Templates("html"), "*.html")))

	r.GET("/", func(c *gin.Context) { text(c, site.Hello) })
	withSession := r.Group("/", sessions.Sessions("session", store))
	withSession.GET("/count", count)
	withSession.GET("/perfil", perfil)
	withSession.GET("/nomes", nomes)
	withSession.GET("/entrar", set("username", site.Username))
	withSession.GET("/lista", set("nomes", site.Names))
	return &http.Server{Handler: r}, nil
}

func newStore(cfg site.Config) (sessions.Store, error) {
	switch cfg.Store {
	case site.Cookie:
		return cookie.NewStore([]byte(site.Secret)), nil
	case site.Redis:
		return redis.NewStore(10, "tcp", cfg.Redis, "", "", []byte(site.Secret))
	}
	return nil, site.Unknown(cfg)
}

func text(c *gin.Context, s string) { c.Data(http.StatusOK, site.HTML, []byte(s)) }

func count(c *gin.Context) {
	s := sessions.Default(c)
	n, _ := s.Get("n").(int)
	s.Set("n", n+1)
	if err := s.Save(); err != nil {
		c.AbortWithError(http.StatusInternalServerError, err)
		return
	}
	text(c, strconv.Itoa(n+1))
}

func perfil(c *gin.Context) {
	username, _ := sessions.Default(c).Get("username").(string)
	text(c, username)
}

func nomes(c *gin.Context) {
	names, _ := sessions.Default(c).Get("nomes").([]string)
	c.HTML(http.StatusOK, "nomes.html", gin.H{"nomes": names})
}

func set(key string, value any) gin.HandlerFunc {
	return func(c *gin.Context) {
		s := sessions.Default(c)
		s.Set(key, value)
		if err := s.Save(); err != nil {
			c.AbortWithError(http.StatusInternalServerError, err)
			return
		}
		text(c, site.OK)
	}
}
