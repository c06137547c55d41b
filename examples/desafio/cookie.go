package main

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/json"
	"io"
	"strings"

	"github.com/cantil-go/cantil"
	"github.com/cantil-go/cantil/session/codec"
	"github.com/cantil-go/cantil/session/itsdangerous"
)

// cookie mostra o que o navegador guarda, e o que acontece a quem o muda.
func cookie(c *cantil.Context) any {
	valor := c.Cookies().Get("session")
	conteudo := c.Form().Get("conteudo", abrir(valor))
	trocado := trocar(valor, conteudo)
	return c.RenderTemplate("cookie.html", cantil.Map{"valor": valor, "conteudo": conteudo, "trocado": trocado, "aceito": confere(c.App(), trocado)})
}

// abrir lê o conteúdo sem chave nenhuma: base64 ou, depois de um ponto, zlib em
// base64. É por isso que nada de secreto vai na sessão.
func abrir(cookie string) string {
	cookie, comprimido := strings.CutPrefix(cookie, ".")
	payload, _, _ := strings.Cut(cookie, ".")
	raw, err := base64.RawURLEncoding.DecodeString(payload)
	if comprimido && err == nil {
		raw, err = descomprimir(raw)
	}
	if err != nil || len(raw) == 0 {
		return ""
	}
	valor, err := codec.Detect(string(raw)).DecodeValue(string(raw))
	if err != nil {
		return ""
	}
	var texto strings.Builder
	e := json.NewEncoder(&texto)
	e.SetEscapeHTML(false) // o modelo já o faz
	e.SetIndent("", "  ")
	if e.Encode(valor) != nil {
		return ""
	}
	return strings.TrimSpace(texto.String())
}

// descomprimir lê até 64 KiB: um cookie de poucos bytes pode prometer gigabytes.
func descomprimir(raw []byte) ([]byte, error) {
	r, err := zlib.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(r, 64<<10))
}

// trocar põe outro conteúdo na frente da data e da assinatura do cookie, como quem
// quer ser outra pessoa. O conteúdo de antes deixa o cookie como é.
func trocar(cookie, conteudo string) string {
	partes := strings.Split(cookie, ".")
	if len(partes) < 3 || strings.ReplaceAll(conteudo, "\r\n", "\n") == abrir(cookie) {
		return cookie
	}
	return strings.Join(append([]string{base64.RawURLEncoding.EncodeToString([]byte(conteudo))}, partes[len(partes)-2:]...), ".")
}

// confere faz o que o servidor faz com cada cookie que chega.
func confere(app *cantil.App, cookie string) bool {
	serializador := itsdangerous.NewURLSafeTimedSerializer(app.SecretKey, itsdangerous.Salt("cookie-session"),
		itsdangerous.KeyDerivation("hmac"), itsdangerous.Keys(app.SecretKeyFallbacks...))
	_, _, err := serializador.AppendLoads(nil, []byte(cookie), app.PermanentSessionLifetime, app.Now())
	return err == nil
}
