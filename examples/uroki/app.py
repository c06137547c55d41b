"""Урок о сессиях на Flask, с той же страницей, что у main.go."""
from flask import Flask, redirect, render_template, request, session, url_for

app = Flask(__name__, static_folder='../estilo')
app.secret_key = b'_5#y2L"F4Q8z\n\xec]/'


@app.route('/')
def index():
    return render_template('index.html', username=session.get('username'))


@app.route('/login', methods=['POST'])
def login():
    session['username'] = request.form['username']
    return redirect(url_for('index'))


@app.route('/logout', methods=['POST'])
def logout():
    session.pop('username', None)
    return redirect(url_for('index'))


@app.route('/data', methods=['POST'])
def data():
    session['data'] = []
    return redirect(url_for('index'))


@app.route('/append', methods=['POST'])
def append():
    session['data'].append(8)
    return render_template('index.html', step='append', username=session.get('username'))


@app.route('/append_modified', methods=['POST'])
def append_modified():
    session['data'].append(8)
    if not session.modified:
        session.modified = True
    return render_template('index.html', step='append_modified', username=session.get('username'))


@app.route('/permanent', methods=['POST'])
def permanent():
    session.permanent = not session.permanent
    return redirect(url_for('index'))


@app.route('/clear', methods=['POST'])
def clear():
    session.clear()
    return redirect(url_for('index'))
