package scan

import (
	"fmt"
	"strings"
	"testing"

	"aiohub/internal/files/walk"
	"aiohub/internal/language/pysource"
	"aiohub/internal/language/pysyntax"
)

func TestRequirements(t *testing.T) {
	for _, c := range []struct {
		file, text string
		want       string // line:col of each requirement
	}{
		{"requirements.txt", "six\neventlet>=0.30.1 # MIT\n# eventlet\neventlet\nEventlet==1\n", "2:0 4:0 5:0"},
		{"requirements.txt", "eventlet-extra\neventlets\nmy eventlet\neventlet ; python_version < '3'\neventlet[x]\n", "4:0 5:0"},
		{"requirements.txt", "-e git+https://github.com/x/y#egg=eventlet\neventlet @ https://x/y.zip\n  eventlet!=0.18.3,>=0.18.2\n", "1:34 2:0 3:2"},
		{"setup.cfg", "[options]\ninstall_requires =\n    eventlet>=0.2\n[options.extras_require]\neventlet =\n    eventlet\n", "3:4 6:4"},
		{"setup.cfg", "[metadata]\nname = eventlet\n", ""},
		{"tox.ini", "[testenv]\ndeps = eventlet\n  py27: x\nenvlist = py27-eventlet\ncommands = run eventlet\n", "2:7"},
		{"pyproject.toml", "[project]\nname = \"eventlet\"\ndependencies = [\"eventlet>=1\", 'x', 'eventlet']\n", "3:17 3:37"},
		{"pyproject.toml", "[project.optional-dependencies]\neventlet = [\"eventlet\"]\n[tool.poetry.dependencies]\neventlet = \"^0.3\"\n", "2:13 4:0"},
		{"Pipfile", "[packages]\neventlet = \"*\"\n[other]\neventlet = \"*\"\n", "2:0"},
		{"setup.py", "setup(install_requires=['six', 'eventlet>=0.9'],\n  packages=['eventlet.green'],\n  extras={'eventlet': []})\n", "1:32"},
		{"requirements.txt", "gunicorn[eventlet]==20.1\ncelery[redis, Eventlet]>=5\nflask[event]\nx[eventlet-y]\n", "1:9 2:14"},
		{"tools/pip-requires", "eventlet>=0.9\n", "1:0"},
		{"setup.cfg", "[options.extras_require]\nz = eventlet\nall = six; eventlet\n[extras]\nb =\n  eventlet\n", "2:4 3:11 6:2"},
		{"setup.cfg", "[metadata]\nkeywords = eventlet\n  eventlet\nrequires_dist = eventlet\n[options.entry_points]\nx =\n  eventlet = a:b\n", "4:16"},
		{"setup.cfg", "[options]\ninstall_requires = gunicorn[eventlet]\npackages = eventlet\n[isort]\nknown_third_party = eventlet\n[mypy-eventlet.*]\n", "2:28"},
		{"tox.ini", "[testenv]\ndeps =\n  py27: eventlet\n  !x: eventlet>=1\n  -rrequirements.txt\n[flake8]\nimport-order =\n  eventlet\n", "3:8 4:6"},
		{"pyproject.toml", "[project]\nkeywords = [\"eventlet\"]\n[tool.mypy]\n[[tool.mypy.overrides]]\nmodule = [\"eventlet\", \"eventlet.*\"]\n[tool.ruff.lint.isort]\nknown-third-party = ['eventlet']\n", ""},
		{"pyproject.toml", "[build-system]\nrequires = [\n  'eventlet',\n]\n[dependency-groups]\ntest = ['x', 'eventlet ; python_version < \"3\"']\neventlet = []\n", "3:3 6:14"},
		{"pyproject.toml", "[tool.poetry.dependencies]\ncelery = {version = '5', extras = ['eventlet']}\n[tool.poetry.dependencies.eventlet]\nversion = '1'\n[tool.poetry.group.dev.dependencies]\nEventlet = '*'\n", "2:36 3:26 6:0"},
		{"pyproject.toml", "[project]\noptional-dependencies.async = ['gunicorn[eventlet]']\n[project.entry-points.x]\neventlet = 'a:b'\n[tool.hatch.envs.test]\ndependencies = ['eventlet']\n", "2:41 6:17"},
		{"environment.yml", "name: eventlet\nchannels:\n  - eventlet\ndependencies:\n  - eventlet=0.33\n  - conda-forge::eventlet >=1\n  - pip:\n    - 'celery[eventlet]'\n", "5:4 6:17 8:14"},
		{"env.yaml", "dependencies: [python, \"eventlet\"]\nother: [eventlet]\n", "1:24"},
		{"Dockerfile", "RUN pip install \"eventlet>=0.33\" flask && run eventlet\nRUN pip install flask \\\n    eventlet\nRUN [\"pip\", \"install\", \"gunicorn[eventlet]\"]\n", "1:17 3:4 4:33"},
		{"run.sh", "pip3 install -U eventlet; echo eventlet\npython -m pip install --no-binary eventlet x\n# pip install eventlet\n", "1:16"},
		{"setup.py", "setup(keywords=['eventlet'], extras_require={\n  'z': ['eventlet'],\n},\n  entry_points={'x': ['eventlet = a:b', 'eventlet']},\n  tests_require=['gunicorn[eventlet]'])\n", "2:9 5:27"},
		{"setup.py", "REQS = 'eventlet>=1'\nname = 'eventlet'\nextras = dict(z='celery[eventlet]', eventlet=())\nsetup(install_requires=\"\"\"\n  eventlet\n  six\n\"\"\".split(), extras_require={'eventlet': 'eventlet'})\n", "1:8 3:24 5:2 7:42"},
		{"setup.py", "reqs.append('eventlet')\nextras['z'] = ['eventlet']\nreqs += ['eventlet'] if x == 'eventlet' else []\nfind(['eventlet'])\n\"\"\"\neventlet\n\"\"\"\nsetup(name='eventlet', ext_modules=[E('eventlet', ['eventlet'])], classifiers=['eventlet'])\n", "1:13 2:16 3:10"},
		{"requirements.txt", "https://x/eventlet-0.33.0-py2.py3-none-any.whl\n./vendor/eventlet-0.33.tar.gz#sha256=1\nx/eventlet-extra-1.0.zip\n-r eventlet-1.txt\n", "1:10 2:9"},
		{"requirements.txt", "\ufeffeventlet\r\nsix\r\neventlet\r\n", "1:0 3:0"},
		{"reqs.txt", "eventlet\n", "1:0"},
		{"requirements.pip", "eventlet\n", "1:0"},
		{"tox.toml", "[env_run_base]\ndeps = ['eventlet', 'celery[eventlet]']\n", "2:9 2:28"},
		{"pixi.toml", "[pypi-dependencies]\neventlet = '*'\nx = {extras = ['eventlet']}\n[tasks]\neventlet = 'x'\n", "2:0 3:16"},
		{"pyproject.toml", "[tool.pdm.resolution.overrides]\neventlet = '1'\n[tool.cibuildwheel]\ntest-requires = ['eventlet']\n[tool.tox]\nlegacy_tox_ini = \"\"\"\n[testenv]\ndeps = eventlet\n\"\"\"\n[tool.uv.sources]\neventlet = {git = 'x'}\n", "2:0 4:18 8:7"},
		{"play.yml", "- pip:\n    name: eventlet\n- ansible.builtin.pip:\n    name:\n      - eventlet>=1\n- pip: name=eventlet state=present\n- pip:\n    name: [six, 'eventlet']\n- name: eventlet\n- apt:\n    name: eventlet\n", "2:10 5:8 6:12 8:17"},
		{"environment.yml", "dependencies: [python, {pip: [six, eventlet]}]\n", "1:35"},
		{"ci.yml", "script:\n  - pip install six\n  - gunicorn -k eventlet app\nargs:\n  - pip\n  - install\n  - eventlet\n", "7:4"},
		{"Dockerfile", "RUN apt-get install -y python3-eventlet=0.3* python-six && apk add py3-eventlet\nRUN apt-get install eventlet x-eventlet\n", "1:31 1:71"},
		{"setup.sh", "sudo dnf install -y \\\n  python3.11-eventlet\npacman -S python-eventlet\npip install python-eventlet\n", "2:13 3:17"},
		{"poetry.lock", "[[package]]\nname = \"celery\"\n[package.dependencies]\neventlet = {optional = true}\n[package.extras]\neventlet = [\"eventlet (>=0.32.0)\"]\n[[package]]\nname = \"eventlet\"\nversion = \"0.35\"\n[extras]\ngreen = [\"eventlet\"]\n", "8:8"},
		{"uv.lock", "[[package]]\nname = \"eventlet\"\nsdist = { url = \"https://x/eventlet-0.36.1.tar.gz\" }\n[[package]]\nname = \"app\"\ndependencies = [\n    { name = \"eventlet\" },\n]\n", "2:8"},
		{"pdm.lock", "[[package]]\nname = \"eventlet\"\n[[package]]\ndependencies = [\"eventlet>=0.32\"]\nname = \"celery\"\nextras = [\"eventlet\"]\n", "2:8"},
		{"pylock.dev.toml", "[[packages]]\nname = \"eventlet\"\n[[packages.wheels]]\nname = \"eventlet-0.39.0-py3-none-any.whl\"\n", "2:8"},
		{"Pipfile.lock", "{\"_meta\": {\"eventlet\": 1}, \"default\": {\n\"eventlet\": {\"version\": \"==0.33\"},\n\"x\": {\"extras\": [\"eventlet\"], \"eventlet\": {}}},\n\"develop\": {\"Eventlet\": {}}}", "2:1 4:13"},
		{"Pipfile.lock", "{\"default\": {\"\\\"eventlet\": {}, \"eventlet", ""},
		{"requirements-dev.lock", "-e file:.\neventlet==0.33 \\\n    --hash=sha256:aa\n    # via eventlet\ncelery[eventlet]==5\n", "2:0 5:7"},
		{"conda-linux-64.lock", "@EXPLICIT\nhttps://x/noarch/eventlet-0.33.3-pyhd8ed1ab_0.conda#abc\n", "2:17"},
		{"conda-lock.yml", "metadata:\n- name: eventlet\npackage:\n- name: eventlet\n  dependencies:\n    eventlet: '>=0.3'\n- version: 1\n  name: eventlet\n", "4:8 8:8"},
		{"pixi.lock", "environments:\n  default:\n  - conda: https://x/eventlet-0.3-a.conda\npackages:\n- conda: https://x/eventlet-0.3-a.conda\n- pypi: https://x/eventlet-0.3-py3-none-any.whl\n  name: eventlet\n", "5:19 6:18"},
		{"debian/control", "Source: x\nBuild-Depends-Indep:\n python3-eventlet,\n# python3-eventlet\n python3-eventlet-doc\nDepends: python3-eventlet (>= 1), x | python-eventlet\nDescription: python3-eventlet\n python3-eventlet\n", "3:9 6:17 6:45"},
		{"x/x.spec", "Name: python3-eventlet\nBuildRequires: python3-eventlet\n# Requires: python3-eventlet\nRequires: python%{v}-eventlet >= 1, python3dist(eventlet)\nRequires(post): %{py3_dist eventlet}\n%description\npython3-eventlet\n", "2:23 4:21 4:48 5:27"},
		{"bindep.txt", "python3-eventlet [platform:dpkg]\neventlet\n# python3-eventlet\npython3-eventlet-doc\n", "1:8"},
		{"x-1.ebuild", "RDEPEND=\">=dev-python/eventlet-0.30.1[${P}]\n\tdev-python/eventlet-extra dev-python/eventlet\"\n", "1:22 2:38"},
		{"PKGBUILD", "pkgname=python-eventlet\ndepends=('python-eventlet>=1'\n  'python-six' 'python-eventlet')\nmakedepends+=(python-eventlet)\nurl=python-eventlet\n", "2:17 3:23 4:21"},
		{"x.nix", "{ eventlet, lib }: {\n  pname = \"[ eventlet ]\"; # [ eventlet ]\n  a = with p; [ eventlet py.eventlet eventlet-x ];\n  b = '' [ eventlet ] ''; eventlet = 1;\n}\n", "3:16 3:28"},
		{"setup.py", "TAGS = ['eventlet']\nCONCURRENCY = ['eventlet']\nbase = ['eventlet']\ndef words(): return ['eventlet']\ndef deps(): return ['eventlet']\nsetup(keywords=TAGS, classifiers=words(), install_requires=base + deps())\n", "3:9 5:21"},
		{"setup.py", "setup(install_requires=[f'eventlet=={V}', *[r for r in ['eventlet']]], tests_require=sum([['eventlet']], []))\nV = f'eventlet {V}'\n", "1:26 1:57 1:92"},
	} {
		var got []string
		kind, _ := walk.Classify(c.file)
		records, _ := textRecords(c.file, []byte(c.text), kind == walk.Manifest)
		if c.file == "setup.py" {
			var parser pysyntax.Parser
			records = setupRecords(parser.Parse([]byte(c.text)))
		}
		lines := pysource.NewLines([]byte(c.text))
		for _, r := range records {
			if r.Kind != Requirement {
				continue
			}
			line, col := lines.Position(r.Start)
			got = append(got, fmt.Sprintf("%d:%d", line, col))
			if text := c.text[r.Start:r.End]; !strings.EqualFold(text, "eventlet") {
				t.Errorf("%s: range covers %q", c.file, text)
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %q: got %s, want %s", c.file, c.text, s, c.want)
		}
	}
}

func TestVariables(t *testing.T) {
	text := "ENV EVENTLET_HUB=asyncio\nexport EVENTLET_NO_GREENDNS=yes XEVENTLET_HUB=1 EVENTLET_=2 EVENTLET_hub=3\n"
	var got []string
	records, _ := textRecords("Dockerfile", []byte(text), false)
	for _, r := range records {
		got = append(got, fmt.Sprintf("%s %s %d-%d %s", r.Kind, r.Name, r.Start, r.End, text[r.Start:r.End]))
	}
	want := "env EVENTLET_HUB 4-16 EVENTLET_HUB|env EVENTLET_NO_GREENDNS 32-52 EVENTLET_NO_GREENDNS"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("got %s\nwant %s", s, want)
	}
}

func TestOptions(t *testing.T) {
	for _, c := range []struct {
		file, text string
		want       string // option line:col
	}{
		{"app.json", "{\"env\": {\"WORKER_CLASS\": {\"value\": \"eventlet\"},\n\"CELERY_POOL\": {\n\"value\": \"eventlet\"}, \"APP\": {\"value\": \"eventlet\"}}}", "WORKER_CLASS 1:36|CELERY_POOL 3:10"},
		{"render.yaml", "envVars:\n  - key: WORKER_CLASS\n    value: eventlet\n  - key: APP\n    value: eventlet\n", "WORKER_CLASS 3:11"},
		{"tox.ini", "[testenv]\ncommands = gunicorn --worker-class {env:WORKER:eventlet}\n  run --name {env:APP:eventlet}\nsetenv = APP = {env:APP:eventlet}\n", "--worker-class 2:47"},
		{"gunicorn.conf.py.j2", "worker_class = \"{{ wc | default('eventlet') }}\"\nworker_class = 'eventlet'\nproc_name = 'eventlet'\n", "worker_class 1:33|worker_class 2:16"},
		{"Procfile", "web: gunicorn -k eventlet -w 1 app:app\nworker: celery -A app worker -P eventlet -c 100\n", "-k 1:17|-P 2:32"},
		{"Dockerfile", "ENV X=1\nCMD [\"gunicorn\", \"-k\", \"eventlet\", \"app:app\"]\nENV WORKER_CLASS eventlet\nENV CELERYD_POOL=eventlet\n", "-k 2:24|WORKER_CLASS 3:17|CELERYD_POOL 4:17"},
		{"app.service", "ExecStart=/usr/bin/gunicorn --worker-class=eventlet app:app\nExecStart=/bin/gunicorn --worker-class eventlet\n", "--worker-class 1:43|--worker-class 2:39"},
		{"x.conf", "[program:w]\ncommand=celery -A app worker -Peventlet\n; command=celery -P eventlet\n", "-P 2:31"},
		{"compose.yml", "command: gunicorn -keventlet\nargs:\n  - gunicorn\n  - --worker-class\n  - eventlet\n  - '-k'\n  - eventlet\n", "-k 1:20|--worker-class 5:4|-k 7:4"},
		{"run.sh", "exec gunicorn \\\n  -k eventlet \\\n  app\ncelery worker --pool=${POOL:-eventlet}\ncelery worker --pool \"${POOL:-eventlet}\"\nexport GUNICORN_CMD_ARGS=\"-k eventlet\"\n", "-k 2:5|--pool 4:29|--pool 5:30|-k 6:29"},
		{"Makefile", "run:\n\tgunicorn -k egg:gunicorn#eventlet app\n\tgunicorn -k gunicorn.workers.geventlet.EventletWorker app\n\tchaussette --backend eventlet\n", "-k 2:13|-k 3:13|--backend 4:22"},
		{".coveragerc", "[run]\nconcurrency = eventlet\n", "concurrency 2:14"},
		{"tox.ini", "[coverage:run]\nconcurrency =\n    thread\n    eventlet\n", "concurrency 4:4"},
		{"pyproject.toml", "[tool.coverage.run]\nconcurrency = [\"thread\", \"eventlet\"]\n", "concurrency 2:26"},
		{"x.ini", "[server:main]\nworker_class = eventlet\n[x]\nexecutor: eventlet\nname = eventlet\n", "worker_class 2:15|executor 4:10"},
		{"values.yaml", "worker:\n  class: eventlet\n  poolType: eventlet\nname: eventlet\nimage: x/eventlet:1\n", "class 2:9|poolType 3:12"},
		{"run.sh", "pytest -k eventlet\ngrep -P eventlet x\ngunicorn app; pytest -k eventlet\ntox -e eventlet\npip install -U eventlet\necho --worker-class gevent eventlet\n# gunicorn -k eventlet\n", ""},
		{"app.service", "Environment=\"GUNICORN_CMD_ARGS=--worker-class eventlet\"\nEnvironment=GUNICORN_CMD_ARGS=-k eventlet\nEnvironment=CELERYD_POOL=eventlet\n", "--worker-class 1:46|-k 2:33|CELERYD_POOL 3:25"},
		{"run.sh", "celery multi start 2 -P:1 eventlet\ncoverage run --concurrency=eventlet x\n$GUNICORN -k 'eventlet' app\n", "-P:1 1:26|--concurrency 2:27|-k 3:14"},
		{"setup.cfg", "[options.extras_require]\nserver = eventlet\nworker-class =\n  eventlet\n", ""},
		{"package.json", `{"name": "eventlet", "scripts": {"start": "gunicorn -k eventlet app:app", "w": "celery worker --pool=eventlet"}, "keywords": ["eventlet"]}`, "-k 1:55|--pool 1:101"},
		{"task-definition.json", `{"command": ["gunicorn", "-k", "eventlet"], "environment": [{"name": "CELERY_POOL", "value": "eventlet"}, {"name": "APP", "value": "eventlet"}]}`, "-k 1:32|CELERY_POOL 1:94"},
		{"ecs/web.task.json", "{\"entryPoint\": [\n  \"celery\",\n  \"-P\",\n  \"eventlet\"\n]}", "-P 4:3"},
		{"k8s.yaml", "env:\n- name: WORKER_CLASS\n  value: eventlet\n- name: APP\n  value: eventlet\n", "WORKER_CLASS 3:9"},
		{"Makefile", "POOL ?= eventlet\nWORKER_CLASS := eventlet\nMODE?=eventlet\nX := eventlet\neventlet: x\n", "POOL 1:8|WORKER_CLASS 2:16|MODE 3:6"},
		{"ci.yml", "pool: [prefork, eventlet, gevent]\nname: [prefork, eventlet]\nworker:\n  - prefork\n  - eventlet\nname:\n  - prefork\n  - eventlet\n", "pool 1:16|worker 5:4"},
		{"deploy.yaml", "args:\n  - gunicorn\n  - -k\n  - {{ .Values.class | default \"eventlet\" | quote }}\n  - --pool={{ pool | default('eventlet') }}\n  - -k {{ .Values.x }} eventlet\n  - -k {{{{{{\n", "-k 4:32|--pool 5:30"},
		{"start.sh", ": \"${POOL:=eventlet}\"\n", "POOL 1:11"},
		{".gitlab-ci.yml", "script:\n  - pip install six\n  - gunicorn -k eventlet app &\n  - celery worker\n  - eventlet -P\n", "-k 3:16"},
	} {
		kind, _ := walk.Classify(c.file)
		records, _ := textRecords(c.file, []byte(c.text), kind == walk.Manifest)
		var got []string
		for _, r := range records {
			if r.Kind == Option {
				line, col := pysource.NewLines([]byte(c.text)).Position(r.Start)
				got = append(got, fmt.Sprintf("%s %d:%d", r.Ctx, line, col))
			}
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%s: %q:\n got %s\nwant %s", c.file, c.text, s, c.want)
		}
	}
}

// Options in Python that are neither a list nor one string.
func TestOptionsOfCalls(t *testing.T) {
	for text, want := range map[string]string{
		`os.environ["GUNICORN_CMD_ARGS"] = "-k eventlet"`:                    "-k",
		`os.environ.setdefault("GUNICORN_CMD_ARGS", "-k eventlet")`:          "-k",
		`os.environ["PYTEST_ADDOPTS"] = "-k eventlet"`:                       "",
		`os.environ["OPTS"] = "-k eventlet"`:                                 "",
		`os.system(f"celery -A {app} worker -P eventlet -c {n}")`:            "-P",
		`print(f"start {app} with celery worker -P eventlet")`:               "",
		`session.run("celery", "worker", "-P", "eventlet")`:                  "-P",
		`os.execlp("gunicorn", "gunicorn", "--worker-class", "eventlet")`:    "--worker-class",
		`session.run("pytest", "-k", "eventlet")`:                            "",
		`session.run("pip", "install", "eventlet")`:                          "command",
		`session.conda_install("six", "eventlet")`:                           "command",
		`session.install("-r", "eventlet")`:                                  "",
		`run("pip", "download", "eventlet")`:                                 "",
		`worker_class = "egg:gunicorn#eventlet"`:                             "worker_class",
		`conf["worker_pool"] = "celery.concurrency.eventlet:TaskPool"`:       "worker_pool",
		`x = {"pool": "celery.concurrency.eventlet:TaskPool", "name": "x"}`:  "pool",
		`ALIASES = {"eventlet": "celery.concurrency.eventlet:TaskPool"}`:     "",
		`assert name(x) == "celery.concurrency.eventlet:TaskPool"`:           "",
		`conf.set(name="egg:gunicorn#eventlet", worker_class="gevent")`:      "",
		`conf.set(name="x", worker_class="egg:gunicorn#eventlet")`:           "worker_class",
		`x = {**y, "eventlet": 1, "pool": "celery.concurrency.eventlet:X"}`:  "pool",
		`x = {"celery.concurrency.eventlet:X": "pool", "eventlet": "class"}`: "",
	} {
		var parser pysyntax.Parser
		var got []string
		for _, r := range commandRecords(parser.Parse([]byte(text))) {
			got = append(got, string(r.Ctx))
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: got %q, want %q", text, s, want)
		}
	}
}
