"""Exemplo 01 em Flask, com a mesma página de main.go."""
from flask import Flask, render_template, request, session

app = Flask(__name__, static_folder='../estilo')
app.secret_key = 'sua_chave_secreta_segura'


@app.route('/', methods=['GET', 'POST'])
def index():
    op, chave, valor = request.form.get('op'), request.form.get('chave', ''), request.form.get('valor', '')
    resultado = None
    if op == 'set':
        session[chave] = valor
    elif op == 'get':
        resultado = session.get(chave, 'não há')
    elif op == 'in':
        resultado = chave in session
    elif op == 'setdefault':
        resultado = session.setdefault(chave, valor)
    elif op == 'pop':
        resultado = session.pop(chave, None)
    elif op == 'permanent':
        session.permanent = not session.permanent
    elif op == 'clear':
        session.clear()
    return render_template('index.html', op=op, chave=chave, valor=valor, resultado=resultado)
