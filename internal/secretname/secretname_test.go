package secretname

import "testing"

func TestIs(t *testing.T) {
	for _, name := range []string{"password", "Passwd", "new_password2", "pwd", "pass", "SMTP_PASS", "DB_PASS", "passphrase", "passcode", "senha", "Nova-Senha",
		"Пароль", "otp", "totp_code", "pin", "cvv", "cvc2", "card_number", "cardNumber", "token", "csrf_token", "X-CSRFToken", "XSRF-TOKEN", "accessToken",
		"authenticity_token", "auth", "X-Auth", "oauth_token", "Authorization", "Proxy-Authorization", "api_key", "apiKey", "APIKEY", "X-Api-Key", "key",
		"SECRET_KEY", "SECRET_KEY_FALLBACKS", "client_secret", "credentials", "signature", "sig", "jwt", "sid", "session_id", "PHPSESSID", "auth0", "privatekey", "PRIVATEKEY",
		"accesskey", "encryptionkey", "signingkey", "masterkey", "sshkey", "LICENSEKEY", "hmackey", "oauth", "basicauth", "authcode", "authentication",
		"X-Authentication", "userpwd", "newpwd", "dbpwd", "dbpass", "PINCode", "OTPCode", "CVVCode", "otpcode", "ключи", "пин", "APIKey"} {
		if !Is(name) {
			t.Errorf("%s is shown", name)
		}
	}
	for _, name := range []string{"", "user", "author", "monkey", "keyword", "passenger", "compass", "pinned", "opinion", "country_code", "code", "page", "inside",
		"HTTPServer", "bypass", "zipcode", "Host", "Accept", "Content-Type", "Keep-Alive", "_", "-", "signed_in", "design"} {
		if Is(name) {
			t.Errorf("%s is hidden", name)
		}
	}
	if !InForm("Code") || !InForm("pwd") || InForm("country_code") {
		t.Error("the fields of forms")
	}
}
