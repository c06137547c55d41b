# make test installs the servers that the tests start, where apt-get is to be
# had, and runs everything. Plain "go test ./..." needs Go alone: it says what
# it skips.

SHELL       := bash
.SHELLFLAGS := -o pipefail -c
GO          ?= go
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

# A command that shows that a package is there, and the package.
NEEDS := redis-server:redis-server memcached:memcached chromium:chromium \
         gunicorn:gunicorn nginx:nginx wrk:wrk gcc:gcc

.PHONY: test quick lint bench fuzz soak tools

# Once with the counts of the golden vectors and of allocations, which the race
# detector would change, and all rounds of the concurrency tests; once for races;
# once what is read from connections without system calls of our own.
test: export CANTIL_REQUIRE_SERVICES = 1
test: tools
	$(GO) test -v -timeout 8m ./... | grep -vE '^(=== |PASS$$| *--- PASS)'
	$(GO) test -race -timeout 8m ./...
	$(GO) test -tags cantil_nosocket ./internal/wire ./internal/conformance -run Wire
	cd bench && $(GO) test -timeout 5m ./...

quick:
	$(GO) test ./...

lint:
	@test -z "$$(gofmt -l .)" || { echo "gofmt would change:"; gofmt -l .; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...
	cd bench && $(GO) vet ./... && $(GO) run $(STATICCHECK) ./...
	GOOS=windows GOARCH=386 $(GO) build . ./session ./session/codec ./render/... ./internal/testkit/servers

# Every decoder of what a client sends, a minute each.
FUZZTIME ?= 60s
fuzz:
	@for pkg in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
			echo "$$pkg $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
		done; \
	done

# Faults injected into a program of its own, a quarter of an hour: what is
# measured is printed, beside the marks and what it once was.
soak: export CANTIL_REQUIRE_SERVICES = 1
soak: export CANTIL_SOAK = 1
soak: tools
	$(GO) test -v -count 1 -timeout 25m -run '^TestSoak' ./internal/conformance | grep -v '^=== '

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./...

# PostgreSQL, MariaDB and Flask have no command of their own on every PATH.
tools:
	@missing=""; \
	for need in $(NEEDS); do \
		command -v $${need%%:*} >/dev/null || missing="$$missing $${need##*:}"; \
	done; \
	test -x /usr/sbin/mariadbd || missing="$$missing mariadb-server"; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	/usr/bin/python3 -c 'import flask' 2>/dev/null || missing="$$missing python3-flask"; \
	/usr/bin/python3 -c 'import msgpack' 2>/dev/null || missing="$$missing python3-msgpack"; \
	/usr/bin/python3 -c 'import redis' 2>/dev/null || missing="$$missing python3-redis"; \
	test -e /usr/include/stdlib.h || missing="$$missing libc6-dev"; \
	test -z "$$missing" || { echo "installing$$missing"; \
		sudo=$$(test "$$(id -u)" = 0 || echo sudo); \
		$$sudo apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing; }

.PHONY: record
record: ## ask the real Flask and its kin for every vector again (testdata/recording/README.md)
	@set -e; for program in $$(git ls-files '*/record.py'); do echo $$program; python3 $$program; done
