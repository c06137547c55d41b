package conformance

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/cantil-go/cantil"
)

func noise(n int) string {
	out, i := "", 0
	for len(out) < n {
		sum := sha256.Sum256([]byte(strconv.Itoa(i)))
		out += hex.EncodeToString(sum[:])
		i++
	}
	return out[:n]
}

func sessionBig() *cantil.App {
	app := cantil.New()
	app.SecretKey = "sua_chave_secreta"

	app.Get("/noise/<int:n>")(func(c *cantil.Context) any {
		c.Session().Set("v", noise(c.ParamInt("n")))
		return "ok"
	})

	app.Get("/bytes/<int:n>")(func(c *cantil.Context) any {
		data, err := hex.DecodeString(noise(2 * c.ParamInt("n")))
		if err != nil {
			return err
		}
		c.Session().Set("v", data)
		return "ok"
	})

	app.Get("/repeat/<int:n>")(func(c *cantil.Context) any {
		c.Session().Set("v", strings.Repeat("a", c.ParamInt("n")))
		return "ok"
	})

	app.Get("/len")(func(c *cantil.Context) any {
		switch v := c.Session().Get("v", "").(type) {
		case []byte:
			return strconv.Itoa(len(v))
		case string:
			return strconv.Itoa(len([]rune(v)))
		}
		return nil
	})

	return app
}
