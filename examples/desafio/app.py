"""O desafio em Flask, com as mesmas páginas de main.go, loja.go e cookie.go."""
import base64
import hmac
import json
import os
import secrets
import zlib
from datetime import timedelta

from flask import Flask, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import Babel, get_locale, gettext, lazy_gettext
from itsdangerous import BadSignature

app = Flask(__name__, static_folder='../estilo', static_url_path='/static')
app.secret_key = secrets.token_hex()
app.permanent_session_lifetime = timedelta(minutes=30)
app.config['SESSION_COOKIE_SAMESITE'] = 'Lax'
app.config.from_prefixed_env()
senha = os.environ.get('SENHA') or secrets.token_hex()
produtos = [
    {'slug': 'cantil', 'nome': lazy_gettext('Cantil de alumínio'), 'centavos': 8990},
    {'slug': 'caneca', 'nome': lazy_gettext('Caneca esmaltada'), 'centavos': 3950},
    {'slug': 'mochila', 'nome': lazy_gettext('Mochila de lona'), 'centavos': 21900},
]
idiomas = {'pt': 'Português', 'ru': 'Русский', 'en': 'English'}


def idioma():
    return session.get('idioma') or request.accept_languages.best_match(idiomas)


try:
    Babel(app, default_locale='pt', locale_selector=idioma)
except TypeError:  # Flask-Babel 2
    Babel(app, default_locale='pt').localeselector(idioma)


@app.context_processor
def dos_idiomas():
    return {'idioma': str(get_locale()), 'idiomas': idiomas}


@app.post('/idioma')
def escolher():
    if request.form['idioma'] in idiomas:
        session['idioma'] = request.form['idioma']
    return redirect(url_for('loja'))


@app.get('/')
def loja():
    return render_template('loja.html', produtos=produtos)


def guardar(carrinho):
    session.permanent = True
    session['carrinho'] = carrinho


@app.post('/adicionar/<slug>')
def adicionar(slug):
    produto = next((p for p in produtos if p['slug'] == slug), None)
    if not produto:
        abort(404)
    carrinho = session.get('carrinho', {})
    carrinho[slug] = min(carrinho.get(slug, 0) + 1, 99)
    guardar(carrinho)
    flash(gettext('%(nome)s: no carrinho.', nome=produto['nome']))
    return redirect(url_for('loja'))


@app.get('/carrinho')
def carrinho():
    total, quantos = 0, session.get('carrinho', {})
    for p in produtos:
        total += p['centavos'] * quantos.get(p['slug'], 0)
    return render_template('carrinho.html', produtos=produtos, quantos=quantos, total=total)


@app.post('/carrinho')
def atualizar():
    carrinho = {}
    for p in produtos:
        n = request.form.get(p['slug'], 0, type=int)
        if n > 0:
            carrinho[p['slug']] = min(n, 99)
    guardar(carrinho)
    flash(gettext('Quantidades atualizadas.'))
    return redirect(url_for('carrinho'))


@app.post('/comprar')
def comprar():
    if 'usuario' not in session:
        flash(gettext('Entre para comprar. O carrinho espera por você.'), 'error')
        return redirect(url_for('login'))
    if not session.get('carrinho'):
        flash(gettext('O carrinho está vazio.'), 'error')
        return redirect(url_for('carrinho'))
    session.pop('carrinho')
    flash(gettext('Pedido feito. Obrigado, %(usuario)s!', usuario=session['usuario']))
    return redirect(url_for('loja'))


@app.route('/login', methods=['GET', 'POST'])
def login():
    if request.method == 'POST':
        if hmac.compare_digest(request.form['senha'].encode(), senha.encode()):
            session.permanent = True
            session['usuario'] = request.form['usuario']
            return redirect(url_for('carrinho'))
        flash(gettext('Usuário ou senha inválidos.'), 'error')
        return render_template('login.html'), 401
    return render_template('login.html')


@app.post('/logout')
def logout():
    escolhido = session.get('idioma')
    session.clear()
    if escolhido:
        session['idioma'] = escolhido
    flash(gettext('Até logo!'))
    return redirect(url_for('loja'))


@app.route('/cookie', methods=['GET', 'POST'])
def cookie():
    valor = request.cookies.get('session', '')
    conteudo = request.form.get('conteudo', abrir(valor))
    trocado = trocar(valor, conteudo)
    return render_template('cookie.html', valor=valor, conteudo=conteudo, trocado=trocado, aceito=confere(trocado))


def abrir(cookie):
    comprimido, cookie = cookie.startswith('.'), cookie.removeprefix('.')
    payload = cookie.partition('.')[0]
    try:
        raw = base64.urlsafe_b64decode(payload + '=' * (-len(payload) % 4))
        if comprimido:
            raw = zlib.decompressobj().decompress(raw, 64 << 10)
        valor = json.loads(raw)
    except (ValueError, zlib.error):
        return ''
    return json.dumps(valor, indent=2, ensure_ascii=False)


def trocar(cookie, conteudo):
    partes = cookie.split('.')
    if len(partes) < 3 or conteudo.replace('\r\n', '\n') == abrir(cookie):
        return cookie
    return '.'.join([base64.urlsafe_b64encode(conteudo.encode()).rstrip(b'=').decode(), *partes[-2:]])


def confere(cookie):
    try:
        app.session_interface.get_signing_serializer(app).loads(cookie, max_age=1800)
    except BadSignature:
        return False
    return True
