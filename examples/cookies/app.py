"""Aula 23, segunda parte, em Flask: com o cookie só para HTTPS, do fim da aula."""
from flask import Flask, make_response, redirect, request, url_for

app = Flask(__name__)


@app.route('/')
def index():
    username = request.cookies.get('username')
    if username:
        return f'Bem-vindo novamente, {username}!'
    return 'Bem-vindo! Por favor, faça login.'


@app.route('/login', methods=['GET', 'POST'])
def login():
    if request.method == 'POST':
        username = request.form['username']
        resp = make_response(redirect(url_for('index')))
        resp.set_cookie('username', username, max_age=60*60*24*7, secure=True, httponly=True)
        return resp
    return '''
        <form method="POST">
            <p><input type="text" name="username" placeholder="Digite seu nome">
            <p><input type="submit" value="Login">
        </form>
    '''


@app.route('/logout')
def logout():
    resp = make_response(redirect(url_for('index')))
    resp.set_cookie('username', '', expires=0)
    return resp
