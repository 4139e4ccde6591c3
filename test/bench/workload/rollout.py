# The rollout in pyinfra's own words.
from pyinfra.operations import apt, files, pip, server, systemd

ROOT = "/var/www/pyApps"
WORDS = {"app_root": ROOT, "app_name": "py-apps", "greeting": "Hello World"}
PACKAGES = [
    "apache2",
    "libapache2-mod-wsgi-py3",
    "python3-venv",
    "python3-virtualenv",
    "python3-setuptools",
    "ssl-cert",
]
PAGE = """for attempt in 1 2 3 4 5 6 7 8 9 10; do
  [ "$(curl -ks -o /dev/null -w '%{http_code}' https://localhost/hello.py)" = 200 ] && exit 0
  sleep 0.3
done
exit 1"""

apt.update(name="Package lists", cache_time=86400)
apt.packages(name="Packages", packages=PACKAGES, no_recommends=True)
for path, user, mode in (
    (ROOT, "root", "755"),
    (f"{ROOT}/helloWorld", "root", "755"),
    ("/var/log/pyApps", "www-data", "750"),
):
    files.directory(name=f"Folder {path}", path=path, user=user, group="www-data", mode=mode)
pip.virtualenv(name="Virtual environment", path=f"{ROOT}/pyenv")
reloading = [
    pip.packages(
        name="Python packages",
        packages=["itsdangerous", "six", "idna"],
        virtualenv=f"{ROOT}/pyenv",
        extra_install_args="--no-index --find-links=/opt/wheels",
    )
]
for name, folder, group in (
    ("py-apps.conf", "/etc/apache2/sites-available", "root"),
    ("hello_py.conf", "/etc/apache2/sites-available", "root"),
    ("index.wsgi", f"{ROOT}/helloWorld", "www-data"),
):
    reloading.append(
        files.template(
            name=name,
            src=f"templates/{name}.j2",
            dest=f"{folder}/{name}",
            user="root",
            group=group,
            mode="644",
            **WORDS,
        )
    )
reloading.append(
    files.line(
        name="Name of the server",
        path="/etc/apache2/apache2.conf",
        line=r"^ServerName .*$",
        replace="ServerName localhost",
    )
)
server.user(name="www-data reads the key of the certificate", user="www-data", groups=["ssl-cert"])
# A shell operation counts as changed each time, so the reload does not ask it: the sites ask for one then anyway.
for name in ("ssl", "wsgi"):
    server.shell(
        name=f"Module {name}",
        commands=f"[ -e /etc/apache2/mods-enabled/{name}.load ] || a2enmod -q {name}",
    )
for name in ("default-ssl", "py-apps", "hello_py"):
    reloading.append(
        files.link(
            name=f"Site {name}",
            path=f"/etc/apache2/sites-enabled/{name}.conf",
            target=f"../sites-available/{name}.conf",
        )
    )
systemd.service(name="Apache runs", service="apache2", running=True, enabled=True)
systemd.service(
    name="Reload",
    service="apache2",
    reloaded=True,
    _if=[lambda: any(operation.did_change() for operation in reloading)],
)
server.shell(name="The page answers", commands=PAGE)
