"""Os slides de Maria, em Flask."""
from flask import Flask, session

app = Flask(__name__)
app.secret_key = 'sua_chave_secreta_segura'


@app.route('/login')
def login():
    session['usuario'] = 'Maria'
    return 'Usuário logado!'


@app.route('/perfil')
def perfil():
    usuario = session.get('usuario')
    if usuario:
        return f'Bem-vindo, {usuario}!'
    return 'Nenhum usuário logado.'


@app.route('/logout')
def logout():
    session.pop('usuario', None)
    return 'Usuário deslogado.'
