package jinja

import (
	"errors"
	"fmt"
	"runtime"
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
	// What is gone through again and again, or grows by a product.
	"{{ ('-' * 250000)|wordwrap }}{{ ('a' * 250000)|wordwrap }}{{ ('é' * 250000)|wordwrap }}",
	"{{ ('ab cd ' * 10**5)|wordwrap(1) }}{{ ('x' * 10**6)|wordwrap(1)|length }}",
	"{{ ('a ' * 10**6)|wordwrap(1, wrapstring='b' * 10**6)|length }}",
	"{{ ('<<!---->!--' * 10**5)|striptags|length }}",
	"{{ ('a' ~ '(' * 250000 ~ ')' * 250000)|urlize|length }}",
	"{{ ('http://a.co ' * 10**5)|urlize(target='b' * 10**5)|length }}",
	"{{ ('{' ~ '[' * 10**6 ~ '}').format(1) }}",
	"{{ '{:0500000,}'.format(1)|length }}",
	"{{ ('a' * 10**6).translate({97: 'b' * 10**6})|length }}",
	"{% set d = {} %}{% for i in range(10**5) %}{% if d.setdefault(10**5 - i) %}{% endif %}{% endfor %}{{ d|pprint|length }}",
	"{% set ns = namespace(x='a' * 10**6) %}{% for i in range(200) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x|pprint|length }}",
	"{{ lipsum(10**12, min=-5, max=0) }}",
	// Values that grow without a text that is too large.
	"{% set ns = namespace(x=(1,)) %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
	"{% set ns = namespace(x='a'.encode()) %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
	"{% set a = 'a' * 10**7 %}{% set ns = namespace(x='a'|e) %}{% for i in range(10**6) %}{% set ns.x = a + ns.x %}{% endfor %}",
	"{% set a = '<' * 10**7 %}{{ a" + strings.Repeat(" ~ a", 500) + " }}",
	"{% set a = '<' * 10**7 %}{% for i in range(10**6) %}{% set b = a|e %}{% endfor %}",
	"{% macro f(n) %}{% if n %}{{ f(n - 1) }}{% else %}{{ 'a' * 10**7 }}{% endif %}{% endmacro %}{% set x = f(190) %}",
	// Work within one step.
	"{% set l = range(10**5)|list %}{% for i in range(10**6) %}{% if l|string %}{% endif %}{{ l is lower }}{% endfor %}",
	"{% set a = 'a' * 10**7 %}{% set b = a[1:] ~ 'a' %}{% for i in range(10**6) %}{% if a == b and a <= b %}{% endif %}{% endfor %}",
	"{% set k = (1,) * 10**4 %}{% set d = {k: 1} %}{% for i in range(10**6) %}{% if d[k] and k in d %}{% endif %}{% endfor %}",
	"{% set k = 'a' * 10**7 %}{% set d = {k: 1} %}{% for i in range(10**6) %}{% if d[k] and k in d and d.get(k) %}{% endif %}{% endfor %}",
	"{% set n = 2**262000 + 1 %}{% set m = 3**100000 %}{% for i in range(10**6) %}{% if n % m and n // m and n / (n - 1) %}{% endif %}{% endfor %}",
	"{% set n = 10**4200 %}{% for i in range(10**6) %}{% if n|string %}{% endif %}{% endfor %}",
	"{% for i in range(10**6) %}{% include [" + strings.Repeat("'no',", 2000) + "] ignore missing %}{% endfor %}",
	"{% for i in range(10**6) %}{% if " + strings.Repeat("(i and ", 500) + "i" + strings.Repeat(")", 500) + " %}{% endif %}{% endfor %}",
	"{% for i in range(10**6) if " + strings.Repeat("(i and ", 500) + "i" + strings.Repeat(")", 500) + " %}{% endfor %}",
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

// peakSources are templates within the default limits that build as much as
// they can.
var peakSources = []string{
	"{{ range(9000000)|unique|list|length }}",
	"{% for x in range(9000000)|unique %}{% endfor %}",
	"{{ '<' * 60000000 }}",
	"{{ ('<' * 60000000)|e|length }}{{ ('<' * 60000000)|tojson|length }}",
	"{% macro f(n) %}{% if n %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(30) }}",
	"{% macro f(n) %}{% if n %}{{ f(n-1) ~ f(n-1) }}{% else %}x{% endif %}{% endmacro %}{{ f(30) }}",
	"{{ range(9000000)|list|length }}{{ range(9000000)|sort|length }}",
	"{{ range(9000000)|map('string')|list|length }}",
	"{{ range(9000000)|groupby(0)|length }}",
	"{{ range(9000000)|batch(1)|list|length }}",
	"{% set d = {} %}{% for i in range(9000000) %}{% if d.setdefault(i) %}{% endif %}{% endfor %}",
	"{{ (',' * 30000000).split(',')|length }}",
	"{{ ('a ' * 30000000)|wordcount }}{{ ('\n' * 30000000)|indent|length }}",
	"{{ ('a' * 60000000)|list|length }}",
}

// TestPeak checks that the default limits bound what one render allocates, all
// in all, and with it what it holds at any time.
func TestPeak(t *testing.T) {
	env := New(nil)
	for _, src := range peakSources {
		tmpl, err := env.FromString(src)
		if err != nil {
			t.Fatal(err)
		}
		before := allocated()
		_, err = tmpl.Append(nil, nil)
		used := (allocated() - before) >> 20
		t.Logf("%4d MiB: %s (%v)", used, src, err)
		if used > 400 {
			t.Errorf("%s allocates %d MiB", src, used)
		}
	}
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// TestMemoryLimit checks that Memory bounds values that are dropped too, and
// that 0 is twice Output.
func TestMemoryLimit(t *testing.T) {
	env := New(nil)
	env.Limits.Memory = 1 << 20
	const src = "{% for i in range(1000) %}{% set a = 'x' * (2000 + i) %}{% endfor %}"
	if _, err := env.RenderString(src, nil); !errors.Is(err, ErrLimit) {
		t.Errorf("2.5 MB of values with a limit of 1 MiB: %v", err)
	}
	env.Limits.Memory, env.Limits.Output = 0, 2<<20
	if _, err := env.RenderString(src, nil); err != nil {
		t.Errorf("2.5 MB of values with the default limit of 4 MiB: %v", err)
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
