package jinja

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// hostileSources are templates that would take all time, memory or stack.
var hostileSources = []string{
	"{% include 'self.html' %}",
	"{% import 'self.html' as m %}",
	"{% extends 'self.html' %}",
	"{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
	"{% macro f() %}{{ f() ~ f() }}{% endmacro %}{{ f() }}",
	"{% block a %}{{ self.a() }}{% endblock %}",
	"{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
	"{% set l = [1] %}{% for x in l recursive %}{{ loop(l) }}{% endfor %}",
	"{% for x in range(10**12) %}{% endfor %}",
	"{% for a in range(10**5) %}{% for b in range(10**5) %}{{ b }}{% endfor %}{% endfor %}",
	"{{ range(10**12)|list }}",
	"{{ range(10**12)|sum }}",
	"{{ range(10**12)|sort }}",
	"{{ range(10**12)|join }}",
	"{{ range(10**18)|batch(3)|list|length }}",
	"{{ range(10**12)|map('string')|select('eq', 'x')|first }}",
	"{{ 10**12 in range(10**13)|map('int') }}",
	"{{ 'a' * 10**10 }}",
	"{{ [1] * 10**10 }}",
	"{{ ('a' * 10**7) * 10**7 }}",
	"{{ 10**(10**10) }}",
	"{{ 2**(2**18 - 1) % 7 }}",
	"{{ 10**100000000 }}",
	"{% set ns = namespace(x=2) %}{% for i in range(100) %}{% set ns.x = ns.x ** 9 %}{% endfor %}",
	"{% set ns = namespace(x=2) %}{% for i in range(100) %}{% set ns.x = ns.x * ns.x %}{% endfor %}",
	"{% set ns = namespace(x='a') %}{% for i in range(100) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
	"{% set ns = namespace(x='a') %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
	"{% set ns = namespace(x=[1]) %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
	"{% set ns = namespace(x=[1]) %}{% for i in range(100) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
	"{% set ns = namespace(x=[1]) %}{% for i in range(100) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x|tojson }}",
	"{% set ns = namespace(x=[1]) %}{% for i in range(100) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x|pprint }}",
	"{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
	"{% set l = [] %}{{ l.append(l) }}{{ l }}",
	"{% set l = [] %}{{ l.append(l) }}{{ l|tojson }}",
	"{% set l = [] %}{{ l.append(l) }}{{ l|pprint }}",
	"{% set l = [] %}{% set m = [] %}{{ l.append(m) }}{{ m.append(l) }}{{ l == m }}{{ l < m }}",
	"{% set d = {} %}{{ d.update(a=d) }}{{ d }}{{ d == d }}{{ d|pprint }}",
	"{% set l = [1] %}{% for x in l %}{{ l.append(x) }}{% endfor %}",
	"{% set s = 'http://a.com ' * 10**5 %}{% for i in range(10**6) %}{% set t = s|urlize %}{% endfor %}",
	"{% set s = 'é' * 10**6 %}{% for i in range(10**6) %}{{ s[5] }}{{ s[1:2] }}{{ 'x' in s }}{{ s|length }}{{ s.find('x') }}{% endfor %}",
	"{% set l = range(10**5)|list %}{% for i in range(10**6) %}{% if l.pop(0) %}{% endif %}{{ l.insert(0, 1) }}{% endfor %}",
	"{% set d = {} %}{% for i in range(10**5) %}{{ d.setdefault(i) }}{% endfor %}{% for i in range(10**6) %}{{ d.pop(i) }}{% endfor %}",
	"{{ '00\xfc0'|wordwrap(1) }}", // no UTF-8: found by FuzzSource
	"{% set l = [1, 2] %}{% for x in range(100) %}{{ l.extend(l) }}{% endfor %}",
	"{{ 'x'|center(10**9) }}",
	"{{ 'x'.ljust(10**12) }}",
	"{{ 'x'.zfill(10**12) }}",
	"{{ 'x\ny'|indent(10**9) }}",
	"{{ '%1000000000d' % 1 }}",
	"{{ '%.1000000000f' % 1 }}",
	"{{ '%*d' % (10**9, 1) }}",
	"{{ '{:1000000000}'.format(1) }}",
	"{{ '{:.1000000000f}'.format(1.5) }}",
	"{{ '{:{}}'.format(1, 10**9) }}",
	"{{ '{:>99999999999999999999}'.format(1) }}",
	"{{ [1]|batch(10**10, 'x')|list }}",
	"{{ [1]|slice(10**10)|list }}",
	"{{ 'a'|replace('', 'b' * 10**6)|length }}",
	"{{ ('a' * 10**5).replace('a', 'b' * 10**5)|length }}",
	"{{ ('a,' * 10**6).split(',')|length }}",
	"{{ ('\t' * 10**6).expandtabs(10**6) }}",
	"{{ (['a'] * 1000)|join('b' * 10**6) }}",
	"{{ ('b' * 10**6).join(['a'] * 1000) }}",
	"{{ lipsum(10**6) }}",
	"{{ lipsum(1, min=1, max=10**12) }}",
	"{{ '1' * 100000|int }}{{ ('1' * 100000)|int }}",
	"{{ 1.5|round(10**9) }}{{ 15|round(-10**9) }}",
	"{{ 1|round(10**9, 'ceil') }}",
	"{{ [1]|tojson(10**9) }}",
	"{{ ('a ' * 10**6)|wordwrap(1)|length }}{{ ('a-' * 10**5)|wordwrap(3)|length }}",
	"{{ ('(' * 10**5)|urlize|length }}{{ ('a.' * 10**5)|urlize|length }}",
	"{{ ('<!-' * 10**5)|striptags|length }}{{ ('<' * 10**5)|striptags|length }}{{ ('<<!---->!--' * 10**4)|striptags|length }}",
	strings.Repeat("{{ ", 1) + strings.Repeat("(", 100000),
	"{{ " + strings.Repeat("(", 5000) + "1" + strings.Repeat(")", 5000) + " }}",
	"{{ " + strings.Repeat("[", 100000) + " }}",
	"{{ " + strings.Repeat("-", 100000) + "1 }}",
	"{{ " + strings.Repeat("not ", 100000) + "1 }}",
	"{{ 1" + strings.Repeat(" + 1", 100000) + " }}",
	"{{ 1" + strings.Repeat(" ~ 1", 100000) + " }}",
	"{{ 1" + strings.Repeat(" or x", 900) + " }}",
	"{{ x" + strings.Repeat(".a", 100000) + " }}",
	"{{ x" + strings.Repeat("|e", 100000) + " }}",
	"{{ x" + strings.Repeat("()", 100000) + " }}",
	"{{ 1" + strings.Repeat(" if 1 else 2", 100000) + " }}",
	strings.Repeat("{% if 1 %}", 100000),
	strings.Repeat("{% for x in l %}", 50) + "x" + strings.Repeat("{% endfor %}", 50),
	strings.Repeat("{% if x %}", 120) + "{% set y = 1 %}" + strings.Repeat("{% endif %}", 120),
	"{% set x = 1 %}" + strings.Repeat("{% macro m() %}", 100) + "{{ x }}" + strings.Repeat("{% endmacro %}", 100),
}

// TestLimits renders the hostile templates: each has to end soon, and by an
// error if not by itself.
func TestLimits(t *testing.T) {
	for _, src := range hostileSources {
		env := New(Map{"self.html": src})
		env.Limits = Limits{Depth: 200, Steps: 1_000_000, Output: 16 << 20}
		start := time.Now()
		tmpl, err := env.Get("self.html")
		if err == nil {
			_, err = tmpl.Append(nil, map[string]any{"l": []any{1, 2}})
		}
		name := src[:min(len(src), 80)]
		if e := (*Error)(nil); errors.As(err, &e) && strings.HasPrefix(e.Message, "panic:") {
			t.Errorf("%s: %v", name, err)
		}
		if d := time.Since(start); d > 4*time.Second {
			t.Errorf("%s takes %v (%v)", name, d, err)
		}
	}
}

// TestErrLimit checks that programs can tell a limit from other errors.
func TestErrLimit(t *testing.T) {
	for _, src := range []string{
		"{% for x in range(10**9) %}{% endfor %}", "{{ 'a' * 10**10 }}", "{{ 10**(10**10) }}",
		"{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "{% for i in range(9999999) %}{{ 'abcdefghijklmnop' }}{% endfor %}",
	} {
		_, err := New(nil).RenderString(src, nil)
		if !errors.Is(err, ErrLimit) {
			t.Errorf("%s: %v", src, err)
		}
	}
	_, err := New(nil).RenderString("{{ 1/0 }}", nil)
	if err == nil || errors.Is(err, ErrLimit) {
		t.Errorf("division: %v", err)
	}
}

// TestReadOnlySlice checks that a template cannot change the host's slice.
func TestReadOnlySlice(t *testing.T) {
	host := []any{1, 2}
	_, err := New(nil).RenderString("{{ l.append(3) }}", map[string]any{"l": host})
	if err == nil || fmt.Sprint(host) != "[1 2]" {
		t.Errorf("append to a Go slice: %v, %v", host, err)
	}
}
