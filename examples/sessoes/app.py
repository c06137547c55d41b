"""Aula 23, primeira parte, em Flask."""
from flask import Flask, redirect, request, session, url_for

app = Flask(__name__)
app.secret_key = 'sua_chave_secreta'


@app.route('/')
def index():
    if 'username' in session:
        return f'Bem-vindo, {session["username"]}!'
    return 'Você não está logado.'


@app.route('/login', methods=['GET', 'POST'])
def login():
    if request.method == 'POST':
        session['username'] = request.form['username']
        return redirect(url_for('index'))
    return '''
        <form method="POST">
            <p><input type="text" name="username" placeholder="Digite seu nome">
            <p><input type="submit" value="Login">
        </form>
    '''


@app.route('/logout')
def logout():
    session.pop('username', None)
    return redirect(url_for('index'))
