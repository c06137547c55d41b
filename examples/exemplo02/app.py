"""Exemplo 02 em Flask, com as mesmas páginas de main.go."""
from datetime import timedelta

from flask import Flask, redirect, render_template, request, session, url_for

app = Flask(__name__, static_folder='../estilo')
app.secret_key = 'sua_chave_secreta_segura'
app.permanent_session_lifetime = timedelta(minutes=2)


@app.route('/')
def index():
    session.permanent = True
    return render_template('form.html', nomes=medidos(), segundos=app.permanent_session_lifetime.seconds)


@app.route('/adicionar', methods=['POST'])
def adicionar():
    session.permanent = True
    session['nomes'] = medidos() + [{'nome': request.form['nome']}]
    return redirect(url_for('index'))


def medidos():
    nomes = session.get('nomes', [])
    if nomes:
        nomes[-1]['tamanho'] = len(request.cookies['session'])
    return nomes
