"""Who may include whom: one line per folder, no exceptions. A new folder starts with a line here.

Kinds, from low to high. `uses` is spelt out for what decides (base, domain, ports, app) and follows from the kind for what
acts: an adapter sees domain, ports, wire and kits of its own side and of shared/, and no other adapter; main sees all of
its side. Libraries are named by the beginning of their headers and may be included in .cc files only.
"""
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Folder:
    kind: str
    uses: tuple = ()
    libraries: tuple = field(default=())


def _is(kind, uses="", libraries=""):
    return Folder(kind, tuple(uses.split()), tuple(libraries.split()))


PURE_KINDS = ("base", "domain", "ports", "app")
POCO, SQLITE, YAML, CURL = "Poco/", "sqlite3.h", "yaml-cpp/", "curl/"
SHARED_DOMAIN = "shared/base shared/analysis shared/rollout shared/audit shared/sync shared/trust"
HUB_DOMAIN = "hub/release hub/fleet hub/schedule hub/dora"

FOLDERS = {
    "shared/base": _is("base"),
    "shared/analysis": _is("domain", "shared/base"),
    "shared/audit": _is("domain", "shared/base"),
    "shared/rollout": _is("domain", "shared/base shared/analysis shared/audit"),
    "shared/sync": _is("domain", "shared/base shared/rollout shared/audit shared/analysis shared/trust"),
    "shared/manifest": _is("domain", "shared/base shared/analysis shared/rollout"),
    "shared/trust": _is("domain", "shared/base"),
    "shared/ports": _is("ports", "shared/base"),
    "shared/wire": _is("wire", SHARED_DOMAIN + " shared/signing", "google/protobuf/ depops/v1/ proto/depops/v1/"),
    "shared/crash_point": _is("kit"),
    "shared/spawn": _is("kit"),
    "shared/threads": _is("kit"),
    "shared/whole_file": _is("kit"),
    "shared/json": _is("kit", "", POCO),
    "shared/signing": _is("kit", "", "sodium.h openssl/"),
    "shared/sqlite": _is("kit", "", SQLITE),
    "shared/http": _is("kit", "", f"{POCO} {CURL} openssl/"),
    "shared/statement": _is("kit", "shared/json shared/signing"),
    "shared/evidence": _is("kit", "shared/signing shared/statement"),
    "shared/x509": _is("kit", "shared/base shared/signing", "openssl/"),
    "shared/join": _is("kit", "shared/json shared/signing shared/x509"),
    "shared/settings": _is("kit", "", YAML),
    "shared/manifest_yaml": _is("kit", "", YAML),
    "shared/mqtt": _is("adapter", "", "mqtt/ MQTTAsync.h MQTTClient.h"),
    "shared/clock": _is("adapter"),
    "shared/prometheus": _is("kit", "", "prometheus/"),
    "agent/ports": _is("ports", SHARED_DOMAIN),
    "agent/execution": _is("domain", f"{SHARED_DOMAIN} agent/ports"),
    "agent/health": _is("domain", f"{SHARED_DOMAIN} agent/ports"),
    "agent/sync": _is("domain", SHARED_DOMAIN),
    "agent/instances": _is("domain", f"{SHARED_DOMAIN} agent/ports"),
    "agent/app": _is("app", f"{SHARED_DOMAIN} shared/ports agent/ports agent/execution agent/health agent/sync"),
    "agent/artifacts": _is("adapter"),
    "agent/fetch": _is("program", "shared/crash_point", f"{CURL} archive.h archive_entry.h openssl/"),
    "agent/endpoints_file": _is("adapter"),
    "agent/haproxy": _is("adapter"),
    "agent/process": _is("adapter", "", SQLITE),
    "agent/command": _is("adapter"),
    "agent/http_json": _is("adapter"),
    "agent/hooks": _is("adapter"),
    "agent/logs": _is("adapter"),
    "agent/prometheus": _is("adapter"),
    "agent/kubernetes/api": _is("kit", "shared/base shared/http shared/json"),
    "agent/kubernetes/access": _is("kit", "shared/http shared/json shared/spawn agent/kubernetes/api",
                                   f"{POCO} {YAML} openssl/"),
    "agent/kubernetes/connection": _is("kit", "shared/http agent/kubernetes/api agent/kubernetes/access",
                                       f"{POCO} openssl/"),
    "agent/kubernetes/client": _is("kit", "shared/json agent/kubernetes/api agent/kubernetes/access "
                                   "agent/kubernetes/connection"),
    "agent/kubernetes/events": _is("adapter"),
    "agent/kubernetes/inspection": _is("adapter"),
    "agent/kubernetes/lease": _is("kit", "shared/json agent/kubernetes/api agent/kubernetes/client "
                                  "agent/kubernetes/connection"),
    "agent/kubernetes/manifests": _is("kit", "shared/json shared/signing agent/kubernetes/access agent/kubernetes/api", YAML),
    "agent/kubernetes/words": _is("kit", "shared/json agent/kubernetes/api"),
    "agent/kubernetes/jobs": _is("adapter"),
    "agent/kubernetes/workloads": _is("adapter"),
    "agent/kubernetes/scaling": _is("kit", "shared/json agent/kubernetes/api agent/kubernetes/client "
                                    "agent/kubernetes/connection agent/kubernetes/watch"),
    "agent/kubernetes/watch": _is("kit", "shared/json agent/kubernetes/api agent/kubernetes/client "
                                  "agent/kubernetes/connection"),
    "agent/kubernetes/routing": _is("kit", "shared/json shared/threads agent/kubernetes/api agent/kubernetes/client "
                                    "agent/kubernetes/connection agent/kubernetes/watch"),
    "agent/kubernetes/service": _is("adapter"),
    "agent/gateway": _is("adapter"),
    "agent/ingress_nginx": _is("adapter"),
    "agent/istio": _is("adapter"),
    "agent/traefik": _is("adapter"),
    "agent/scrape": _is("adapter"),
    "agent/workload": _is("adapter"),
    "agent/sources": _is("adapter"),
    "agent/journal_sqlite": _is("adapter", "", SQLITE),
    "agent/local_api": _is("adapter", "", POCO),
    "agent/metrics": _is("adapter", "", f"prometheus/ {POCO}"),
    "agent/settings": _is("adapter", "", YAML),
    "agent/shim": _is("program"),
    "agent/link": _is("adapter"),
    "agent/credentials": _is("adapter"),
    "agent/driver": _is("main"),
    "agent/main": _is("main", "agent/driver", f"{POCO} CLI/ prometheus/"),
    "hub/release": _is("domain", f"{SHARED_DOMAIN} shared/manifest"),
    "hub/rehearsal": _is("domain", f"{SHARED_DOMAIN} shared/manifest hub/release"),
    "hub/fleet": _is("domain", SHARED_DOMAIN),
    "hub/schedule": _is("domain", f"{SHARED_DOMAIN} hub/release hub/fleet"),
    "hub/dora": _is("domain", SHARED_DOMAIN),
    "hub/guard": _is("domain", "shared/base shared/trust"),
    "hub/ports": _is("ports", f"{SHARED_DOMAIN} {HUB_DOMAIN}"),
    "hub/app": _is("app", f"{SHARED_DOMAIN} shared/manifest shared/ports {HUB_DOMAIN} hub/ports"),
    "hub/store_sqlite": _is("adapter", "", SQLITE),
    "hub/blobs": _is("adapter", "", "openssl/"),
    "hub/broker": _is("adapter"),
    "hub/signer": _is("adapter"),
    "hub/authority": _is("adapter", "", "openssl/"),
    "hub/api_http": _is("adapter", "hub/app", f"{POCO} prometheus/ openssl/"),
    "hub/identity": _is("adapter", "", "sodium.h openssl/"),
    "hub/driver": _is("main"),
    "hub/main": _is("main", "hub/driver", f"{POCO} CLI/ prometheus/ {YAML}"),
    "hub/cli": _is("main", "", f"CLI/ {POCO} {CURL} openssl/ {YAML}"),
    "hub/console": _is("assets"),
    "proto/depops/v1": _is("assets"),
    "deploy/demo": _is("program", "", POCO),
}


def owner(path):
    """The folder of the table that a file belongs to, or None."""
    parts = path.split("/")[:-1]
    for length in range(len(parts), 0, -1):
        folder = "/".join(parts[:length])
        if folder in FOLDERS:
            return folder
    return None


def side(folder):
    return folder.split("/")[0]


def allowed(folder, folders=None):
    """Every folder that `folder` may include, itself not counted."""
    folders = FOLDERS if folders is None else folders
    entry = folders[folder]
    sides = ("shared", side(folder))
    seen = {"kit": PURE_KINDS[:3] + ("wire",), "adapter": PURE_KINDS[:3] + ("wire", "kit"),
            "main": PURE_KINDS + ("wire", "kit", "adapter"), "program": ("base",)}.get(entry.kind, ())
    return set(entry.uses) | {name for name, other in folders.items()
                              if other.kind in seen and side(name) in sides and name != folder}
