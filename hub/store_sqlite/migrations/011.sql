-- What a site is beside its signing key: its certificates, whether it was revoked or cordoned, who waits to be let in.
CREATE TABLE site_identities (
  site TEXT PRIMARY KEY, certificates TEXT NOT NULL, revoked INTEGER, revoked_by TEXT NOT NULL,
  revoke_reason TEXT NOT NULL, cordoned INTEGER, cordoned_by TEXT NOT NULL, cordon_reason TEXT NOT NULL,
  confirm INTEGER NOT NULL, waiting_key TEXT NOT NULL, admitted_key TEXT NOT NULL
) STRICT, WITHOUT ROWID;
