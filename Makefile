# "make help" lists what there is. Plain "go test ./..." needs Go alone and says
# what it skips; "make test" installs the servers that the tests start, where
# apt-get is to be had, and skips nothing.

SHELL         := bash
.SHELLFLAGS   := -o pipefail -c
.DEFAULT_GOAL := help
GO            ?= go

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
REVIVE      := github.com/mgechev/revive@v1.17.0
MISSPELL    := github.com/golangci/misspell/cmd/misspell@v0.8.0
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0
APIDIFF     := golang.org/x/exp/cmd/apidiff@v0.0.0-20261113113407-e3970619a1a4

MODULE := github.com/cantil-go/cantil

# A command that shows that a package is there, and the package.
NEEDS := redis-server:redis-server memcached:memcached chromium:chromium \
         gunicorn:gunicorn nginx:nginx wrk:wrk gcc:gcc tmux:tmux \
         systemd-socket-activate:systemd caddy:caddy buildah:buildah \
         busybox:busybox-static

# Other systems, one with another word size. Linux differs by architecture where
# it makes system calls alone.
PLATFORMS := windows/386 darwin/arm64

.PHONY: help test quick cover race lint fmt vet staticcheck exported spell tidy \
        vuln cross fuzz soak bench apidiff tools docs docs-serve docs-check

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | \
		awk -F ':.*## ' '{ printf "  %-12s %s\n", $$1, $$2 }'

# Once with the counts of the golden vectors and of allocations, which the race
# detector would change, and all rounds of the concurrency tests; once for races;
# once what is read from connections without system calls of our own.
test: export CANTIL_REQUIRE_SERVICES = 1
test: tools ## every test, against real servers, a real Flask and a browser
	$(GO) test -v -shuffle=on -timeout 15m ./... | grep -vE '^(=== |PASS$$| *--- PASS)'
	$(MAKE) race
	$(GO) test -tags cantil_nosocket ./internal/wire
	$(GO) test -tags cantil_nosocket ./internal/conformance -run Wire
	cd bench && $(GO) test -timeout 5m ./...
	cd examples/observavel && $(GO) test -timeout 5m ./...

quick: ## what needs Go alone; with -v it says what it skips
	$(GO) test ./...

cover: ## the share of each package's statements that its tests run
	$(GO) test -cover ./...

# The packages that share state between goroutines, whole; of those that share a
# cache alone, the tests that use it from many. The examples share nothing, and the
# command's own tests run it as a process.
RACE   := . ./session/... ./limiter/... ./sse ./compress ./talisman ./cmd/cantil/internal/... ./internal/wire ./internal/conformance
SHARED := ./render/... ./internal/routing ./security ./login ./csrf
race: ## the tests of what goroutines share, under the race detector
	$(GO) test -race -shuffle=on -timeout 15m $(RACE)
	$(GO) test -race -run 'Concurrent|Budget' $(SHARED)

lint: fmt vet staticcheck exported spell tidy vuln cross ## every check that follows, up to cross

fmt: ## gofmt would change nothing
	@test -z "$$(gofmt -l .)" || { echo "gofmt would change:"; gofmt -l .; exit 1; }

vet: ## go vet, in each module
	$(GO) vet ./...
	cd bench && $(GO) vet ./...
	cd examples/observavel && $(GO) vet ./...

staticcheck: ## staticcheck, all of it (staticcheck.conf)
	$(GO) run $(STATICCHECK) ./...
	cd bench && $(GO) run $(STATICCHECK) ./...
	cd examples/observavel && $(GO) run $(STATICCHECK) ./...

exported: ## each exported name has a comment that begins with it
	$(GO) run $(REVIVE) -config .revive.toml -set_exit_status ./...

# British and American both; "clientes" is Portuguese.
spell: ## common misspellings in code and papers
	git ls-files '*.go' '*.md' Makefile | grep -vE 'testdata/|docs/(pt|ru)/|docs/glossary.md|README\.(pt|ru)\.md' | \
		xargs $(GO) run $(MISSPELL) -error -i clientes

# What would change is on standard output; an error is a module out of reach.
tidy: ## go.mod lists what is imported
	@for module in . bench examples/observavel; do \
		change=$$(cd $$module && $(GO) mod tidy -diff 2>/dev/null); status=$$?; \
		if test -n "$$change"; then echo "$$change"; exit 1; fi; \
		test $$status = 0 || echo "go mod tidy did not run in $$module: a module could not be fetched"; \
	done

# The network may fail here, the code may not.
vuln: ## govulncheck, where its database can be reached
	@report=$$($(GO) run $(GOVULNCHECK) ./... 2>&1); status=$$?; \
	if grep -E 'fetching vulnerabilities|dial tcp|i/o timeout|reading https?://' <<<"$$report"; then \
		echo "govulncheck did not run: what it needs cannot be reached"; \
	else \
		echo "$$report"; exit $$status; \
	fi

cross: ## everything, stores and examples too, compiles for other systems
	@for platform in $(PLATFORMS); do \
		echo "go vet for $$platform"; \
		GOOS=$${platform%/*} GOARCH=$${platform#*/} $(GO) vet ./... || exit 1; \
	done
	GOOS=linux GOARCH=arm64 $(GO) vet ./internal/wire

FUZZTIME ?= 60s
fuzz: ## every decoder of what a client sends, FUZZTIME (60s) each
	@grep -rHoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' . | sort | \
	while IFS=: read -r file declared; do \
		echo "$${file%/*} $${declared#func }"; \
		$(GO) test -run '^$$' -fuzz "^$${declared#func }$$" -fuzztime $(FUZZTIME) "$${file%/*}" || exit 1; \
	done

# Faults injected into a program of its own, a quarter of an hour, and what sessions
# take of a Redis Cluster: what is measured is printed, beside the marks and what it
# once was.
soak: export CANTIL_REQUIRE_SERVICES = 1
soak: export CANTIL_SOAK = 1
soak: tools ## faults injected for a quarter of an hour, with measurements
	$(GO) test -v -count 1 -timeout 25m -run '^Test(Soak|Capacity)' ./internal/conformance ./session/redisstore | grep -v '^=== '

# The site of docs/, by VitePress: it needs node and npm, and the npm registry once.
docs: ## build the documentation's site, into docs/.vitepress/dist
	@command -v npm >/dev/null || { sudo=$$(test "$$(id -u)" = 0 || echo sudo); $$sudo apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends nodejs npm; }
	cd docs && npm ci --no-audit --no-fund && npm run build

docs-serve: docs ## show the site, and each change of a page at once
	cd docs && npm run serve

docs-check: docs ## look at every page of the site in a browser
	CANTIL_SITE=1 CANTIL_REQUIRE_SERVICES=1 $(GO) test -count 1 -run '^TestSite' ./internal/docstest

bench: ## the library's own benchmarks (against other frameworks: bench/)
	$(GO) test -run '^$$' -bench . -benchmem ./...

apidiff: ## what the public API has changed since the last tag
	@tag=$$(git describe --tags --abbrev=0 2>/dev/null) || { \
		echo "there is no tag to compare with"; exit 0; }; \
	old=$$(mktemp -d); trap 'rm -rf "$$old"' EXIT; \
	git archive "$$tag" | tar x -C "$$old"; \
	(cd "$$old" && $(GO) run $(APIDIFF) -m -w was.api $(MODULE)) 2>"$$old/log" && \
	$(GO) run $(APIDIFF) -m -w "$$old/is.api" $(MODULE) 2>"$$old/log" && \
	$(GO) run $(APIDIFF) -m "$$old/was.api" "$$old/is.api" >"$$old/changes" 2>"$$old/log" || \
		{ cat "$$old/log"; exit 1; }; \
	echo "since $$tag:"; cat "$$old/changes"

# PostgreSQL, MariaDB and Flask have no command of their own on every PATH.
tools: ## install what the tests start (apt-get)
	@missing=""; \
	for need in $(NEEDS); do \
		command -v $${need%%:*} >/dev/null || missing="$$missing $${need##*:}"; \
	done; \
	test -x /usr/sbin/mariadbd || missing="$$missing mariadb-server"; \
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	/usr/bin/python3 -c 'import flask' 2>/dev/null || missing="$$missing python3-flask"; \
	/usr/bin/python3 -c 'import flask_login' 2>/dev/null || missing="$$missing python3-flask-login"; \
	/usr/bin/python3 -c 'import flask_wtf' 2>/dev/null || missing="$$missing python3-flaskext.wtf"; \
	/usr/bin/python3 -c 'import flask_babel' 2>/dev/null || missing="$$missing python3-flask-babel"; \
	command -v pybabel >/dev/null || missing="$$missing python3-babel"; \
	/usr/bin/python3 -c 'import msgpack' 2>/dev/null || missing="$$missing python3-msgpack"; \
	/usr/bin/python3 -c 'import redis' 2>/dev/null || missing="$$missing python3-redis"; \
	/usr/bin/python3 -c 'import limits' 2>/dev/null || missing="$$missing python3-limits"; \
	test -e /usr/include/stdlib.h || missing="$$missing libc6-dev"; \
	test -z "$$missing" || { echo "installing$$missing"; \
		sudo=$$(test "$$(id -u)" = 0 || echo sudo); \
		$$sudo apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing; }

.PHONY: record
record: ## ask the real Flask and its kin for every vector again (testdata/recording/README.md)
	@set -e; for program in $$(git ls-files '*/record.py'); do echo $$program; python3 $$program; done
