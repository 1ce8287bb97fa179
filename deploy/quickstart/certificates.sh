# Certificates of hub and broker, as an organisation's own authority would issue them. Sites get theirs from the hub when they
# join: their authority is another one, so that no site can ever speak as the hub. Keys are EC P-256, files are readable by the
# owner only, nothing secret is ever an argument.
CERTS=

make_authority() {  # NAME
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=depops $1 authority" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
    -keyout "$CERTS/$1-ca.key" -out "$CERTS/$1-ca.pem" 2>>"$STATE/logs/openssl.log"
}

# issue AUTHORITY NAME USAGE: certificate with CN=NAME, for 127.0.0.1 and localhost.
issue() {
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" \
    -keyout "$CERTS/$2.key" -out "$CERTS/$2.csr" 2>>"$STATE/logs/openssl.log" &&
    openssl x509 -req -in "$CERTS/$2.csr" -CA "$CERTS/$1-ca.pem" -CAkey "$CERTS/$1-ca.key" -CAcreateserial -days 30 \
      -extfile <(printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=%s\nkeyUsage=digitalSignature\n' "$3") \
      -out "$CERTS/$2.pem" 2>>"$STATE/logs/openssl.log" &&
    rm "$CERTS/$2.csr"
}

make_certificates() {
  CERTS=$STATE/keys/tls
  mkdir -p "$CERTS"
  umask 077
  make_authority infra || fail "openssl could not make the authority (logs/openssl.log)"
  issue infra hub serverAuth,clientAuth && issue infra broker serverAuth || fail "openssl could not make the hub's certificates"
}
