# The rollout as a person would write it by hand: each thing is looked at, and done where it is not so.
# CHECK=1 in front of it: nothing is done. One line for each thing: ok, changed or failed, and its name.
set -u
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
reload=

say() { echo "$1 $2"; }
# need NAME COMMAND...: does it, or says that it would be done
need() {
  name=$1
  shift
  if [ "${CHECK:-}" ]; then say changed "$name"; return; fi
  "$@" || { say failed "$name"; exit 1; }
  say changed "$name"
}
is_owned() { [ "$(stat -c '%U %G %a' "$1" 2>/dev/null)" = "$2 $3 $4" ]; }

folder() {
  if [ -d "$1" ] && is_owned "$@"; then say ok "$1"; else need "$1" make_folder "$@"; fi
}
make_folder() { mkdir -p "$1" && chown "$2:$3" "$1" && chmod "$4" "$1"; }

# write PATH OWNER GROUP MODE: its content is in $text
write() {
  if is_owned "$@" && printf '%s\n' "$text" | cmp -s - "$1"; then say ok "$1"; return; fi
  need "$1" write_file "$@"
  reload=1
}
write_file() {
  printf '%s\n' "$text" >"$1.new" && chown "$2:$3" "$1.new" && chmod "$4" "$1.new" && mv "$1.new" "$1"
}

wanted='apache2 libapache2-mod-wsgi-py3 python3-venv python3-virtualenv python3-setuptools ssl-cert'
there=$(dpkg-query -W -f '${db:Status-Status} ${Package}.\n' $wanted 2>/dev/null)
missing=
for package in $wanted; do
  case $there in *"installed $package."*) ;; *) missing="$missing $package" ;; esac
done
install_packages() {
  [ -n "$(find /var/lib/apt/lists -maxdepth 1 -mmin -1440 -print -quit)" ] || apt-get update -q >/dev/null || return
  apt-get install -y -q --no-install-recommends -o Dpkg::Options::=--force-confold $missing >/dev/null 2>&1
}
if [ -z "$missing" ]; then say ok packages; else need packages install_packages; fi

root=/var/www/pyApps
folder $root root www-data 755
folder $root/helloWorld root www-data 755
folder /var/log/pyApps www-data www-data 750

if [ -x $root/pyenv/bin/python ]; then say ok venv; else
  need venv python3 -m virtualenv -q --no-download $root/pyenv
fi
missing=
for package in itsdangerous six idna; do
  set -- $root/pyenv/lib/python3*/site-packages/$package-*.dist-info
  [ -d "$1" ] || missing="$missing $package"
done
if [ -z "$missing" ]; then say ok pip; else
  need pip $root/pyenv/bin/pip install -q --no-index --find-links=/opt/wheels $missing
  reload=1
fi

text='# py-apps: managed
WSGIDaemonProcess py-apps user=www-data group=www-data processes=2 threads=4 python-home=/var/www/pyApps/pyenv display-name=%{GROUP}
WSGIProcessGroup py-apps
WSGIApplicationGroup %{GLOBAL}
<Directory /var/www/pyApps>
    Require all granted
</Directory>'
write /etc/apache2/sites-available/py-apps.conf root root 644
text='# py-apps: managed
WSGIScriptAlias /hello.py /var/www/pyApps/helloWorld/index.wsgi process-group=py-apps
<Location /hello.py>
    SSLRequireSSL
</Location>'
write /etc/apache2/sites-available/hello_py.conf root root 644
text='# py-apps: managed
import itsdangerous


def application(environ, start_response):
    body = f"Hello World with {itsdangerous.__name__}\n".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]'
write $root/helloWorld/index.wsgi root www-data 644

name_server() { echo 'ServerName localhost' >>/etc/apache2/apache2.conf; }
if grep -qx 'ServerName localhost' /etc/apache2/apache2.conf 2>/dev/null; then say ok ServerName; else
  need ServerName name_server
  reload=1
fi
case " $(id -nG www-data) " in
  *' ssl-cert '*) say ok ssl-cert ;;
  *) need ssl-cert usermod -aG ssl-cert www-data ;;
esac
for name in ssl wsgi; do
  if [ -e /etc/apache2/mods-enabled/$name.load ]; then say ok "module $name"; else
    need "module $name" a2enmod -q $name >/dev/null
    reload=1
  fi
done
for name in default-ssl py-apps hello_py; do
  if [ -e /etc/apache2/sites-enabled/$name.conf ]; then say ok "site $name"; else
    need "site $name" a2ensite -q $name >/dev/null
    reload=1
  fi
done
if [ "$(systemctl show -p ActiveState,UnitFileState apache2 2>/dev/null)" = 'ActiveState=active
UnitFileState=enabled' ]; then say ok service; else
  need service systemctl enable -q --now apache2
fi
[ -z "$reload" ] || need reload systemctl reload apache2
[ "${CHECK:-}" ] && exit 0
for attempt in 1 2 3 4 5 6 7 8 9 10; do
  if [ "$(curl -ks -o /dev/null -w '%{http_code}' https://localhost/hello.py)" = 200 ]; then
    say ok page
    exit 0
  fi
  sleep 0.3
done
say failed page
exit 1
