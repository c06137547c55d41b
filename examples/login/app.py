"""Lidando com a sessão, em Flask. A lição não tem a página de login: url_for('login') falha."""
from flask import Flask, redirect, request, session, url_for

app = Flask(__name__)
app.secret_key = "uma_chave_secreta_muito_forte_e_dificil_de_adivinhar"


@app.route("/login_submit", methods=["POST"])
def login_submit():
    username = request.form.get("username")
    password = request.form.get("password")
    if username == "admin" and password == "123":
        session['username'] = username
        session['user_id'] = 12345
        session['role'] = 'admin'
        return redirect(url_for('dashboard'))
    else:
        return "Login inválido", 401


@app.route("/dashboard")
def dashboard():
    if 'username' in session:
        username = session['username']
        user_id = session.get('user_id')
        return f"Bem-vindo, {username}! Seu ID é: {user_id}"
    else:
        return redirect(url_for('login'))


@app.route("/perfil")
def perfil():
    if 'username' in session:
        role = session.get('role', 'visitante')
        return f"Seu perfil. Cargo: {role}"
    else:
        return redirect(url_for('login'))


@app.route("/logout")
def logout():
    session.clear()
    return redirect(url_for('login'))
