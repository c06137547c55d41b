"""Records what templates of the real Flask see of a request.

    python3 testdata/request/record.py [--check]

Each vector is a request by its name in REQUESTS and a template, with the page
that Flask made of it, or the status of its error page.
"""

import json
import random
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from recording import Table, run  # noqa: E402
from recording.versions import FLASK  # noqa: E402

from flask import Blueprint, Flask, flash, g, render_template_string, request, session  # noqa: E402

MULTIPART = (
    "--x\r\nContent-Disposition: form-data; name=\"nome\"\r\n\r\nAna\r\n"
    "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nabc\r\n"
    "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"b.bin\"\r\n\r\nxy\r\n--x--\r\n"
)

REQUESTS = {
    "plain": {"method": "GET", "url": "/item/3"},
    "query": {"method": "GET", "url": "/item/3?a=1&b=2&a=3&all=0&items=9&page=7&len=5&e="},
    "missing": {"method": "GET", "url": "/nowhere?q=1"},
    "blueprint": {"method": "GET", "url": "/bp/ana"},
    "form": {"method": "POST", "url": "/item/3?a=1&c=4", "headers": {"Content-Type": "application/x-www-form-urlencoded"},
             "body": "a=2&b=x&b=y"},
    "files": {"method": "POST", "url": "/item/3", "headers": {"Content-Type": "multipart/form-data; boundary=x"}, "body": MULTIPART},
    "json": {"method": "POST", "url": "/item/3", "headers": {"Content-Type": "application/json"},
             "body": '{"nome": "Ana", "n": [1, 2.5, null, true]}'},
    "badjson": {"method": "POST", "url": "/item/3", "headers": {"Content-Type": "application/json"}, "body": "{"},
    "text": {"method": "POST", "url": "/item/3", "headers": {"Content-Type": "text/plain; charset=latin-1; x=y"}, "body": "é<b>"},
    "headers": {"method": "GET", "url": "/item/3", "headers": {
        "Accept": "text/html;q=0.8, application/json, */*;q=0.1", "Accept-Language": "pt-BR, en;q=0.7, ru;q=0.9",
        "Accept-Charset": "utf-8, latin1;q=0.5", "Accept-Encoding": "gzip, br;q=0.5, identity;q=0", "User-Agent": "Mozilla/5.0 <x>",
        "Authorization": "Basic YW5hOnNlbmhh", "Cookie": "theme=dark; n=5; theme=light", "X-Forwarded-For": "1.2.3.4, 5.6.7.8",
        "Cache-Control": "no-cache, max-age=60, min-fresh=x, max-stale", "If-None-Match": "\"a\", W/\"b\"", "If-Match": "*",
        "If-Modified-Since": "Thu, 01 Jan 2026 12:30:45 GMT", "If-Unmodified-Since": "nope", "Date": "Fri, 02 Jan 2026 00:00:00 GMT",
        "Range": "bytes=0-4, 10-", "If-Range": "\"tag\"", "Origin": "https://a.example", "Referer": "https://b.example/x",
        "Max-Forwards": "5", "Pragma": "no-cache, x", "Content-Encoding": "gzip", "Content-MD5": "abc",
        "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "X-A, X-B"}},
    "tokens": {"method": "GET", "url": "/item/3", "headers": {
        "Authorization": "Bearer abc.def", "Range": "bytes=-5", "If-Range": "Thu, 01 Jan 2026 12:30:45 GMT", "Range-X": "1",
        "Accept-Language": "en-US", "Accept": "text/*"}},
    "digest": {"method": "GET", "url": "/item/3", "headers": {
        "Authorization": "Digest username=\"ana\", realm=\"r\", nonce=\"n\"", "Accept-Language": "", "Range": "items=5"}},
    "session": {"method": "GET", "url": "/item/3", "session": {"nome": "Ana", "n": 3, "l": [1, "b"], "len": "L", "lookup": "K"},
                "g": {"user": "Ana", "items": [1, 2], "n": 5}, "flashes": [["info", "m1"], ["error", "m2"], ["info", "m3"]]},
    "empty": {"method": "GET", "url": "/item/3", "session": {}, "g": {}},
    "secure": {"method": "GET", "url": "https://loja.example:8443/item/3?x=%C3%A9&y=a+b"},
}

VALUES = [
    "{{ %s.get('a') }}", "{{ %s.get('a', 1) }}", "{{ %s.get('zz', 1) }}", "{{ %s.get('zz') is none }}", "{{ %s.get('zz') }}",
    "{{ %s.get('zz')|default('D') }}", "{{ %s.get('zz', none) or 'light' }}", "{{ %s.get('zz', false) }}", "{{ %s.get(key='a') }}",
    "{{ %s.get('zz', default='1') }}", "{{ %s.get(none) }}", "{{ %s.get(5) }}", "{{ %s.getlist('a') }}", "{{ %s.getlist(key='a') }}",
    "{{ %s.getlist('zz') }}", "{{ %s.items()|list }}", "{{ %s.items(multi=true)|list }}", "{{ %s.items(true)|list }}",
    "{{ %s.keys()|list }}", "{{ %s.values()|list }}", "{{ %s.lists()|list }}", "{{ %s.listvalues()|list }}", "{{ %s.to_dict() }}",
    "{{ %s.to_dict(flat=false) }}", "{{ %s['a'] }}", "{{ %s['zz'] }}", "{{ %s.a }}", "{{ %s.zz }}", "{{ 'a' in %s }}", "{{ 'zz' in %s }}",
    "{{ %s|length }}", "{{ %s|list }}", "{% for k in %s %}{{ k }},{% endfor %}", "{% for k, v in %s.items() %}{{ k }}={{ v }};{% endfor %}",
    "{{ %s.all }}", "{{ %s.int }}", "{{ %s.has }}", "{{ %s.must }}", "{{ %s.to_map }}", "{{ %s.lookup }}", "{{ %s.len }}",
    "{{ %s.jinja_attr }}", "{{ %s.JinjaAttr }}", "{{ %s.Get }}", "{{ %s.jinja_type }}", "{{ %s.plain }}", "{% if %s.all %}y{% else %}n{% endif %}", "{{ %s }}",
    "{{ %s.must('zz') }}", "{{ %s|items|list }}", "{{ dict(%s) }}", "{{ %s.pop('a') }}", "{{ %s.copy().get('a') }}",
    "{% if %s %}y{% endif %}", "{{ %s.e is none }}", "{{ %s.get('a', type=int) }}",
]

# What follows the order of a set, which differs from run to run.
UNORDERED = ["{{ %s.keys()|list }}", "{{ %s|list }}", "{% for k in %s %}{{ k }},{% endfor %}", "{{ dict(%s) }}"]

TEMPLATES = {
    "plain": [
        "{{ request.url_rule.endpoint }}", "{{ request.url_rule.rule }}", "{{ request.url_rule }}", "{{ request.url_rule.methods|sort|join(',') }}",
        "{{ request.url_rule.arguments|list }}", "{{ request.url_rule.defaults is none }}", "{{ request.url_rule.subdomain }}",
        "{% if request.url_rule.endpoint == 'i' %}y{% endif %}", "{{ request.script_root }}/x", "{{ request.root_url }}", "{{ request.url_root }}",
        "{{ request.query_string }}", "{{ request.values }}", "{{ request.values.get('a') }}", "{{ request.files|length }}", "{{ request.data }}",
        "{{ request.get_data() }}", "{{ request.get_data(as_text=true) }}", "{{ request.user_agent.browser }}",
        "{{ request.content_type }}", "{{ request.content_type is none }}", "{{ request.mimetype }}", "{{ request.mimetype_params }}",
        "{{ request.content_length }}", "{{ request.content_encoding }}", "{{ request.content_md5 }}", "{{ request.date }}", "{{ request.range }}",
        "{{ request.if_modified_since }}", "{{ request.if_none_match }}", "{{ 'a' in request.if_none_match }}", "{{ request.if_range.etag }}",
        "{{ request.origin }}", "{{ request.referrer }}", "{{ request.authorization }}", "{{ request.access_route }}",
        "{{ request.routing_exception }}", "{{ request.is_multithread }}", "{{ request.is_multiprocess }}", "{{ request.is_run_once }}",
        "{{ request.max_forwards }}", "{{ request.pragma }}", "{{ request.cache_control }}", "{{ request.cache_control.max_age }}",
        "{{ request.cache_control.no_store }}", "{{ request.remote_user }}", "{{ request.access_control_request_headers }}",
        "{{ request.access_control_request_method }}", "{{ request.accept_mimetypes.best }}", "{{ request.accept_languages.best_match(['pt', 'en']) }}",
        "{{ request.accept_languages.best_match(['pt', 'en'], 'xx') }}", "{{ request.accept_mimetypes.accept_html }}", "{{ request.accept_mimetypes.provided }}",
        "{{ request.accept_encodings|list }}", "{{ request.endpoint }}", "{{ request.blueprint }}", "{{ request.blueprints }}", "{{ request.view_args }}",
        "{{ request.view_args.id }}", "{{ request.is_json }}", "{{ request.method }} {{ request.path }} {{ request.full_path }}", "{{ request.url }}",
        "{{ request.base_url }} {{ request.host }} {{ request.host_url }}", "{{ request.remote_addr }}", "{{ request.scheme }} {{ request.is_secure }}",
        "{{ request.json }}", "{{ request.get_json(silent=true) }}", "{{ request.get_json(force=true, silent=true) }}", "{{ request.get_json() }}",
        "{{ request }}", "{{ request.environ['REQUEST_METHOD'] }} {{ request.environ['PATH_INFO'] }} {{ request.environ.get('QUERY_STRING') }}",
        "{{ request.environ['SERVER_NAME'] }} {{ request.environ['SERVER_PORT'] }} {{ request.environ['wsgi.url_scheme'] }}",
        "{{ request.environ.REMOTE_ADDR }}", "{{ request.environ['SCRIPT_NAME'] }}", "{{ request.max_form_parts }}", "{{ request.want_form_data_parsed }}",
        "{{ request.app is defined }}{{ request.context is defined }}{{ request.session is defined }}{{ request.g is defined }}",
        "{{ request.request_ctx is defined }}{{ request.hijack is defined }}{{ request.redirect is defined }}", "{{ request.headers.get('X', 1) }}",
        "{{ request.headers.get('X') is none }}", "{{ request.headers['X'] }}", "{{ 'Host' in request.headers }} {{ 'X' in request.headers }}",
        "{{ request.headers.Host }}", "{{ request.headers.get('host') }}", "{{ request.headers.getlist('Host') }}", "{{ request.headers.getlist('X') }}",
        "{{ request.cookies.get('theme', none) or 'light' }}", "{{ request.trusted_hosts }}",
        "{{ url_for('i', id=3, s=[1,2]) }}", "{{ url_for('i', id=3, s=[]) }}", "{{ url_for('i', id=3, s=[none,1,'']) }}",
        "{{ url_for('i', id=3, s=['a','b']|map('upper')|list) }}", "{{ url_for('i', id=3, s={'a':1}) }}", "{{ url_for('i', id=3, s=range(3)) }}",
        "{{ url_for('i', id=3, s={'a':1}.keys()) }}", "{{ url_for('static', filename=['a']) }}", "{{ url_for('i', id=3, s=(1,2)) }}",
        "{{ url_for('i', id=3, s=[[1,'a'],2]) }}", "{{ url_for('i', id=3, s=[{'a':'b'}]) }}", "{{ url_for('i', id=3, z=none) }}",
        "{{ url_for('i', id=3, z=true) }}", "{{ url_for('i', id=3, z=1.0) }}", "{{ url_for('i', id=3, z=10**30) }}", "{{ url_for('i', id=3, z='<b>'|safe) }}",
        "{{ url_for('i', id=3, z=nada) }}", "{{ url_for('i', id=1, z=request.args.get('zz')) }}", "{{ url_for(endpoint='i', id=3) }}",
        "{{ url_for('i', 3) }}", "{{ url_for(none) }}", "{{ url_for('i', id='x y/z') }}", "{{ url_for('i', id=3, _anchor='a b', _external=true) }}",
        "{{ url_for('i', id=3, s=[true,2.5]) }}", "{{ url_for('i', id=3, s=request.view_args) }}", "{{ url_for('i', id=3, **request.args) }}",
        "{{ config.PERMANENT_SESSION_LIFETIME }}", "{{ config.PERMANENT_SESSION_LIFETIME.days }}", "{{ config.PERMANENT_SESSION_LIFETIME.total_seconds() }}",
        "{{ config.SEND_FILE_MAX_AGE_DEFAULT }}", "{{ config.MAX_COOKIE_SIZE }}", "{{ config.PROVIDE_AUTOMATIC_OPTIONS }}",
        "{{ config.PROPAGATE_EXCEPTIONS }}", "{{ config.TEMPLATES_AUTO_RELOAD }}", "{{ config.SESSION_COOKIE_NAME }}", "{{ config['DEBUG'] }}",
        "{{ config.get('NADA', 5) }}", "{{ config.TRAP_BAD_REQUEST_ERRORS }}", "{{ config.PREFERRED_URL_SCHEME }}", "{{ config.SERVER_NAME }}",
        "{{ config.APPLICATION_ROOT }}", "{{ config.MAX_FORM_PARTS }}", "{{ config.EXPLAIN_TEMPLATE_LOADING }}", "{{ config.USE_X_SENDFILE }}",
    ],
    "query": [v.replace("%s", "request.args") for v in VALUES] + [
        "{{ request.query_string }}", "{{ request.values.getlist('a') }}", "{{ request.values.items()|list }}", "{{ request.full_path }}",
        "{{ url_for('i', id=3, **request.args) }}", "{{ url_for('i', id=3, a=request.args.getlist('a')) }}", "{{ request.environ.QUERY_STRING }}",
    ],
    "missing": ["{{ request.url_rule }}", "{{ request.endpoint }}", "{{ request.view_args }}", "{{ request.routing_exception }}",
                "{{ request.routing_exception.code }}", "{{ request.blueprints }}"],
    "blueprint": ["{{ request.blueprint }}", "{{ request.blueprints }}", "{{ request.endpoint }}", "{{ request.url_rule.rule }}", "{{ url_for('.nome', nome='x') }}"],
    "form": [v.replace("%s", "request.form") for v in VALUES] + [v.replace("%s", "request.values") for v in VALUES if v not in UNORDERED] + [
        "{{ request.content_length }}", "{{ request.content_type }}", "{{ request.data }}", "{{ request.get_data() }}", "{{ request.is_json }}",
        "{{ request.form }}", "{{ request.values }}", "{{ request.get_data(parse_form_data=true) }}", "{{ request.want_form_data_parsed }}",
        "{{ request.environ.CONTENT_TYPE }} {{ request.environ.CONTENT_LENGTH }}", "{{ request.headers['Content-Type'] }}",
    ],
    "files": [
        "{{ request.files|length }}", "{{ request.files.f.filename }}", "{{ request.files['f'].content_type }}", "{{ request.files.f.mimetype }}",
        "{{ request.files.f.name }}", "{{ request.files.getlist('f')|map(attribute='filename')|list }}", "{{ request.files.keys()|list }}",
        "{{ request.files.f.content_length }}", "{{ request.files.f.headers['Content-Type'] }}", "{{ request.files.f }}", "{{ request.files.zz }}",
        "{{ request.files.get('zz') is none }}", "{{ request.form.nome }}", "{{ request.files.f.read() }}", "{{ request.mimetype_params.boundary }}",
        "{{ request.files.f.spool is defined }}", "{{ request.files.f.open is defined }}{{ request.files.f.bytes is defined }}",
    ],
    "json": ["{{ request.json.nome }}", "{{ request.json }}", "{{ request.get_json().n }}", "{{ request.is_json }}", "{{ request.data }}", "{{ request.json['n'][1] }}"],
    "badjson": ["{{ request.json }}", "{{ request.get_json(silent=true) }}", "{{ request.get_json(force=true) }}", "{{ request.get_json(silent=true) is none }}"],
    "text": ["{{ request.data }}", "{{ request.get_data(as_text=true) }}", "{{ request.mimetype }} {{ request.mimetype_params.charset }} {{ request.mimetype_params.x }}",
             "{{ request.json }}", "{{ request.get_json(silent=true) }}", "{{ request.content_length }}"],
    "headers": [
        "{{ request.accept_mimetypes }}", "{{ request.accept_mimetypes.best }}", "{{ request.accept_mimetypes.best_match(['text/html', 'application/json']) }}",
        "{{ request.accept_mimetypes.quality('text/html') }}", "{{ request.accept_mimetypes['text/html'] }}", "{{ request.accept_mimetypes[0] }}",
        "{{ request.accept_mimetypes.values()|list }}", "{{ request.accept_mimetypes|list }}", "{{ 'text/html' in request.accept_mimetypes }}",
        "{{ request.accept_mimetypes.accept_html }} {{ request.accept_mimetypes.accept_json }} {{ request.accept_mimetypes.accept_xhtml }}",
        "{{ request.accept_mimetypes.provided }}", "{{ request.accept_mimetypes|length }}", "{{ request.accept_mimetypes.to_header() }}",
        "{{ request.accept_languages.best }}", "{{ request.accept_languages.best_match(['pt', 'ru', 'en']) }}", "{{ request.accept_languages.best_match(['en', 'fr']) }}",
        "{{ request.accept_languages.best_match(['pt_BR']) }}", "{{ request.accept_languages.best_match(['de']) }}", "{{ request.accept_languages.values()|list }}",
        "{{ 'pt-br' in request.accept_languages }}", "{{ request.accept_languages }}", "{{ request.accept_charsets.best }}", "{{ 'UTF8' in request.accept_charsets }}",
        "{{ 'iso-8859-1' in request.accept_charsets }}", "{{ request.accept_charsets.quality('latin-1') }}", "{{ request.accept_encodings.best_match(['br', 'gzip']) }}",
        "{{ request.accept_encodings['identity'] }}", "{{ request.accept_encodings }}", "{{ request.user_agent.string }}", "{{ request.user_agent }}",
        "{{ request.user_agent.platform is none }}", "{{ request.authorization.username }} {{ request.authorization.password }} {{ request.authorization.type }}",
        "{{ request.authorization.token is none }}", "{{ request.authorization.parameters }}", "{{ request.authorization.get('username') }}",
        "{{ request.authorization.nada is none }}", "{{ request.access_route }}", "{{ request.cookies.theme }}", "{{ request.cookies.getlist('theme') }}",
        "{{ request.cookies }}", "{{ request.cache_control }}", "{{ request.cache_control.no_cache }}", "{{ request.cache_control.max_age }}",
        "{{ request.cache_control.min_fresh }}", "{{ request.cache_control.max_stale }}", "{{ request.cache_control.no_store }}",
        "{{ 'a' in request.if_none_match }} {{ 'b' in request.if_none_match }}", "{{ request.if_none_match.contains_weak('b') }}", "{{ request.if_none_match }}",
        "{{ request.if_none_match.star_tag }} {{ request.if_match.star_tag }}", "{{ request.if_none_match|list }}", "{{ 'x' in request.if_match }}", "{{ request.if_match }}",
        "{{ request.if_none_match.contains_raw('W/\"b\"') }}", "{{ request.if_modified_since }}", "{{ request.if_modified_since.year }}", "{{ request.if_unmodified_since }}",
        "{{ request.date }}", "{{ request.range }}", "{{ request.range.units }}", "{{ request.range.ranges }}", "{{ request.range.range_for_length(20) }}",
        "{{ request.if_range.etag }} {{ request.if_range.date }} {{ request.if_range }}", "{{ request.origin }} {{ request.referrer }}", "{{ request.max_forwards + 1 }}",
        "{{ request.pragma }} {{ 'no-cache' in request.pragma }}", "{{ request.content_encoding }} {{ request.content_md5 }}",
        "{{ request.access_control_request_method }} {{ request.access_control_request_headers }}", "{{ 'x-b' in request.access_control_request_headers }}",
        "{{ request.headers.get('user-agent') }}", "{{ request.headers['USER-AGENT'] }}", "{{ request.headers.get('Max-Forwards', 1) }}",
        "{{ request.headers.keys is defined }}", "{{ 'user-agent' in request.headers }}", "{{ request.headers.items is defined }}", "{{ request.environ.HTTP_USER_AGENT }}",
        "{{ request.headers.lookup is defined }}{{ request.headers.len is defined }}{{ request.headers.jinja_attr is defined }}",
    ],
    "tokens": [
        "{{ request.authorization.token }} {{ request.authorization.type }}", "{{ request.authorization.username }}", "{{ request.authorization.parameters }}",
        "{{ request.range }} {{ request.range.ranges }} {{ request.range.range_for_length(20) }} {{ request.range.to_content_range_header(20) }}",
        "{{ request.if_range.date }} {{ request.if_range.etag }} {{ request.if_range }}", "{{ request.accept_languages.best_match(['en']) }}",
        "{{ request.accept_languages.best_match(['en-GB']) }}", "{{ request.accept_languages.best_match(['en-GB', 'en']) }}", "{{ request.accept_mimetypes.best }}",
        "{{ request.accept_mimetypes.best_match(['image/png'], 'none') }}",
    ],
    "digest": [
        "{{ request.authorization.username }} {{ request.authorization.realm }} {{ request.authorization.type }}", "{{ request.authorization.parameters.nonce }}",
        "{{ request.accept_languages.provided }}", "{{ request.range }} {{ request.range.units }}",
        "{{ request.range.range_for_length(5) }}",
    ],
    "session": [
        "{{ session.nome }} {{ session['nome'] }} {{ session.get('nome') }} {{ session.get('zz') }} {{ session.get('zz', 1) }}", "{{ session.len }} {{ session.lookup }}",
        "{{ session.keys()|sort }}", "{{ session.pop('nome') }}{{ session.nome }}", "{{ session.pop('zz', none) }}", "{{ session.pop('zz') }}", "{{ session.pop('zz', 'd') }}",
        "{{ session.setdefault('novo', 5) }}{{ session.novo }}", "{{ session.setdefault('n', 9) }}", "{{ session.permanent }} {{ session.new }} {{ session.modified }}",
        "{{ 'nome' in session }} {{ 'zz' in session }}", "{{ session|length }}", "{{ session.jinja_attr is defined }}{{ session.JinjaAttr is defined }}{{ session.c is defined }}",
        "{{ session.items()|sort|first }}", "{{ session.l }}", "{{ url_for('i', id=3, s=session.l) }}", "{{ session.clear() }}{{ session|length }}",
        "{{ session.update(a=1) }}{{ session.a }}", "{{ session.values is defined }}", "{{ session.set is defined }}{{ session.delete is defined }}{{ session.regenerate is defined }}",
        "{{ g.user }} {{ g.get('user') }} {{ g.get('zz', 5) }} {{ g.zz }} {{ g.get('zz') is none }}", "{% for i in g.items %}{{ i }}{% endfor %}",
        "{{ g.pop('user') }}{{ g.user }}", "{{ g.pop('zz', 1) }}", "{{ g.pop('zz') }}", "{{ g.setdefault('novo', 5) }}{{ g.novo }}", "{{ 'user' in g }} {{ 'zz' in g }}", "{{ g['user'] }}",
        "{{ g|list|sort }}", "{{ g.keys }}", "{{ g.values }}{{ g.copy }}", "{{ g.plain is defined }}{{ g.c is defined }}",
        "{{ get_flashed_messages() }}", "{{ get_flashed_messages(with_categories=true) }}", "{{ get_flashed_messages(category_filter=['info']) }}",
        "{{ get_flashed_messages(category_filter='info') }}", "{{ get_flashed_messages(true, ['error']) }}", "{{ get_flashed_messages(category_filter='information error') }}",
        "{{ get_flashed_messages(category_filter=('error',)) }}", "{{ get_flashed_messages(category_filter=[]) }}", "{{ get_flashed_messages(category_filter=none) }}",
        "{{ get_flashed_messages(True) }}", "{{ get_flashed_messages()|length }}{{ get_flashed_messages()|length }}",
    ],
    "empty": ["{{ session.nome }}{{ session.get('a') }}", "{{ g.user }}", "{% if session %}y{% else %}n{% endif %}", "{{ g.items is defined }}", "{{ session.pop('a', 'd') }}"],
    "secure": ["{{ request.url }} {{ request.host }} {{ request.scheme }} {{ request.is_secure }}", "{{ request.base_url }} {{ request.root_url }}", "{{ request.args.x }} {{ request.args.y }}",
               "{{ request.query_string }}", "{{ request.environ.SERVER_PORT }} {{ request.environ.SERVER_NAME }}", "{{ url_for('i', id=3, _external=true) }}", "{{ request }}"],
}

LISTS = {
    "Accept-Language": ["en", "en-US", "en_us", "pt", "pt-BR", "ru", "zh-Hant-TW", "*", "EN-gb", "de-AT"],
    "Accept-Charset": ["utf-8", "UTF8", "latin1", "iso-8859-1", "ascii", "*", "koi8-r", "x-own", "cp1252"],
    "Accept-Encoding": ["gzip", "br", "identity", "*", "GZIP", "zstd"],
}
RANGES = ["0-4", "5-", "-3", "10-20", "a-b", "-", "4-2", " 1 - 2 ", "--3", "-0", "21-22", "0-0"]
DIRECTIVES = ["no-cache", "max-age=60", 'max-age="60"', "max-age", "max-stale", "min-fresh=x", 'private="a, b"', "no-store=1", " public ", "max-age=-5", "=5"]
TAGS = ['"a"', 'W/"b"', "c", '"d', "*", 'w/"e"']
ASKED = [
    "{{ request.accept_languages.best_match(['pt', 'en', 'ru']) }} {{ request.accept_languages.best_match(['en-GB', 'zh'], 'none') }} {{ request.accept_languages }}",
    "{{ request.accept_charsets.best_match(['latin-1', 'utf-8']) }} {{ 'cp1252' in request.accept_charsets }} {{ request.accept_charsets }}",
    "{{ request.accept_encodings.best_match(['br', 'gzip']) }} {{ request.accept_encodings.quality('identity') }} {{ request.accept_encodings }}",
    "{{ request.range }} {{ request.range.range_for_length(20) if request.range }}", "{{ request.cache_control }} {{ request.cache_control.max_age }}",
    "{{ request.if_none_match|list|sort }} {{ 'a' in request.if_none_match }} {{ request.if_none_match.contains_weak('b') }} {{ request.if_none_match.star_tag }}",
]


def drawn():
    """Requests with headers drawn from these, the same in each run."""
    draw = random.Random(7)
    for n in range(60):
        headers = {name: ", ".join(draw.choice(values) + draw.choice(["", ";q=0", ";q=0.5", ";q=0.25", "; q=0.7", ";q=x"])
                                   for _ in range(draw.randint(1, 4))) for name, values in LISTS.items()}
        headers["Range"] = draw.choice(["bytes", "Bytes ", "items"]) + "=" + ",".join(draw.choice(RANGES) for _ in range(draw.randint(1, 3)))
        headers["Cache-Control"] = ",".join(draw.choice(DIRECTIVES) for _ in range(draw.randint(1, 4)))
        headers["If-None-Match"] = ", ".join(draw.choice(TAGS) for _ in range(draw.randint(1, 3)))
        yield "drawn %d" % n, {"method": "GET", "url": "/item/3", "headers": headers}


for name, made in drawn():
    REQUESTS[name], TEMPLATES[name] = made, ASKED

app = Flask("request_vectors", static_folder="static")
app.secret_key = "dev"
page = ["", None]


def answer(**_):
    return render_template_string(page[0])


bp = Blueprint("bp", "request_vectors", url_prefix="/bp")
app.add_url_rule("/item/<id>", "i", answer, methods=["GET", "POST"])
bp.add_url_rule("/<nome>", "nome", answer)
app.register_blueprint(bp)


@app.before_request
def fill():
    made = REQUESTS[page[1]]
    for key, value in made.get("g", {}).items():
        setattr(g, key, value)
    if request.url_rule is None:
        return answer()


def record(name, template):
    page[:] = [template, name]
    made = REQUESTS[name]
    client = app.test_client(use_cookies="Cookie" not in made.get("headers", {}))
    if "session" in made:
        with client.session_transaction() as s:
            s.update(json.loads(json.dumps(made["session"])))
            if made.get("flashes"):
                s["_flashes"] = [tuple(f) for f in made["flashes"]]
    headers = dict(made.get("headers", {}))
    kwargs = {"content_type": headers.pop("Content-Type")} if "Content-Type" in headers else {}
    response = client.open(made["url"], method=made["method"], headers=headers, data=made.get("body"), **kwargs)
    vector = {"request": name, "template": template}
    if response.status_code == 200:
        vector["text"] = response.get_data(as_text=True)
    else:
        vector["status"] = response.status_code
    return vector


class Pages(Table):
    """The vectors, of which the questions are here and not in the file."""

    def rows(self, name):
        old = {(row["request"], row["template"]): row for row in self.data["vectors"]}
        self.data["requests"] = REQUESTS
        questions = [{"request": r, "template": t} for r, templates in TEMPLATES.items() for t in templates]
        self.data["vectors"] = [old.get((row["request"], row["template"]), row) for row in questions]
        return super().rows(name)


def write(data):
    requests = ",\n".join("  %s: %s" % (json.dumps(name), json.dumps(made)) for name, made in data["requests"].items())
    lines = ",\n".join(json.dumps(vector) for vector in data["vectors"])
    return '{"versions": %s, "requests": {\n%s\n}, "vectors": [\n%s\n]}\n' % (json.dumps(data["versions"]), requests, lines)


app.logger.disabled = True
answers = {"vectors": lambda row: record(row["request"], row["template"])}
run(FLASK, {"request.json": lambda: Pages(HERE / "request.json", answers, write)})
