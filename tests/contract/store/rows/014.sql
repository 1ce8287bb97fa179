-- One row of every kind (one_of_everything() of store_suite.cc) as the hub wrote it under schema 014. Never edited: a later schema
-- must carry exactly these rows over.
INSERT INTO "approvals" VALUES('d-1','sha256:1111111111111111111111111111111111111111111111111111111111111111','{"bob": 1}','bob',1700000002000,'token:ci',5784613946877100968);
INSERT INTO "approvals" VALUES('d-1','sha256:2222222222222222222222222222222222222222222222222222222222222222','{"alice": 1}','alice',1700000001000,'admin',-9096576372294913392);
INSERT INTO "artifacts" VALUES('sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',123,1700000000000,1700000009000,1687281506321556941);
INSERT INTO "audit" VALUES(1,0,'',0,1700000001000,'admin','deployment.started','deployment/d-1','','sha256:x','','req-1',X'006C656166','sha256:y');
INSERT INTO "audit_heads" VALUES(1,X'0700000000000000000000000000000000000000000000000000000000000000','a note''s text
',1700000009000);
INSERT INTO "commands" VALUES('c-1','fra-1','d-1.fra-1','advance','admin','go',2,1700000007000,0,0,'',NULL,6,-4738539068056988299);
REPLACE INTO "counters" VALUES(1,1,1,1,1,1,1643213732201728047);
INSERT INTO "deployments" VALUES('d-1',1,'r-1','checkout','production','production','1.1','1.0','sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',0,0,'running','why ''quoted'' "text" and 
 a line','[{"rule":"bake","what":"wave one bakes","blockedBy":"deployment/d-1","until":1700000060000,"who":"ends by itself"}]',0,2,3,0,1700000001000,1700000002000,1700000003000,NULL,NULL,'{"at":1700000004000,"reason":"fra-1: 9 errors","caughtInCanary":true,"foundBy":"d-9","recoveredAt":1700000005000}','admin','aborted by admin: no',1,1,'d-9',2,'["alice","bob"]',96928464962580389);
INSERT INTO "desired" VALUES('fra-1',6,1700000006000,X'7369676E6564006279746573',5342629408944715706);
INSERT INTO "environments" VALUES('production','production',1700000000000,8507113371170744468);
INSERT INTO "events" VALUES(1,1700000006000,1700000007000,'rollout','','','','','',0,'d-1.fra-1: running',X'0072');
INSERT INTO "idempotency" VALUES('admin/k','sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',1700000001000,'{"ok":true,"code":9,"what":"","reasons":[],"object":"deployment/d-1","detail":"","commands":["c-1"],"changed":true,"undoes":false,"results":[]}',5824538419901433705);
INSERT INTO "inboxes" VALUES('fra-1',2,'i',4,'["h"]','','[{"stream":1,"contiguous":7,"fingerprints":[1,18446744073709551615]},{"stream":2,"contiguous":3,"fingerprints":[]}]',-2048787877502124520);
INSERT INTO "join_tokens" VALUES('fra-1','sha256:3333333333333333333333333333333333333333333333333333333333333333',2,1700000000000,1700003600000,'admin',1,3,'',1700000005000,'0000000000000000000000000000000000000000000000000000000000000000','sha256:3333333333333333333333333333333333333333333333333333333333333333',3650496861183519691);
INSERT INTO "join_tokens" VALUES('sin-1','sha256:4444444444444444444444444444444444444444444444444444444444444444',1,1700000001000,1700000061000,'token:ci',5,7,'burnt',NULL,'','',4762169229502101782);
INSERT INTO "pipelines" VALUES('checkout','kind: Pipeline','sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc',3,1700000000000,'admin',-3439108202870853580);
INSERT INTO "plans" VALUES('sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',X'006279746573FF',-8531225285002451730);
INSERT INTO "plans" VALUES('sha256:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee',X'6E616D6564206279206120726F6C6C6F757420616C6F6E65',7269651988495048988);
INSERT INTO "recoveries" VALUES(1,1700000003000,'fra-1','holds more',9,1,4,1700000005000,'admin','restored',2,2731804944413778256);
INSERT INTO "recoveries" VALUES(2,1700000008000,'sin-1','again',12,2,6,NULL,'','',0,6059480512162123340);
INSERT INTO "releases" VALUES('r-1','checkout','1.1','production','CHG-1','note',1700000001000,'admin',-3181426140414616535);
INSERT INTO "rollouts" VALUES('d-1.fra-1','d-1','fra-1','checkout',0,0,'sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','{"rollout":"d-1.fra-1","deployment":"d-1","service":"checkout","epoch":0,"state":"running","phase":"stepping","step":0,"steps":0,"attempt":1,"strategySkipped":false,"sets":[],"pauses":[],"reason":"as planned","actor":"","exposedAt":null,"detectedAt":null,"safeAt":null,"size":null,"approvalsNeeded":0,"approvedBy":[]}',7,1700000001000,1700000006000,NULL,'1.0','sha256:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee',-1398074536818144325);
INSERT INTO "site_facts" VALUES('fra-1','checkout','1.0','d-1.fra-1','running',2,'[{"version":"1.1","desired":2,"ready":1,"available":1,"weight":50}]','stable has 1 of 2 instances available',1700000006000,0,-8443949422031871723);
INSERT INTO "site_health" VALUES('fra-1',1700000000000,1700000060000,1,'','[]',1700000600000);
INSERT INTO "site_health" VALUES('fra-1',1700000060000,1700000120000,0,'an ''instance'' is away','[{"service":"checkout","desired":2,"ready":1,"restarts":3,"inFlight":40}]',1700000600000);
INSERT INTO "site_identities" VALUES('fra-1','[{"serial":"44444444444444444444444444444444","siteEpoch":1,"key":"sha256:5555555555555555555555555555555555555555555555555555555555555555","issued":1700000000000,"notAfter":1700604800000,"revoked":1700000007000},{"serial":"55555555555555555555555555555555","siteEpoch":2,"key":"sha256:5555555555555555555555555555555555555555555555555555555555555555","issued":1700000008000,"notAfter":1700604808000,"revoked":null}]',1700000009000,'admin','stolen',NULL,'','',0,'','',-5509003005946057891);
INSERT INTO "site_identities" VALUES('sin-1','[]',NULL,'','',1700000010000,'token:ci','works on it',1,'6666666666666666666666666666666666666666666666666666666666666666','7777777777777777777777777777777777777777777777777777777777777777',-367928335488707823);
INSERT INTO "site_status" VALUES('fra-1','i',4,1,1700000009000,NULL,5,6,'0.1.0','',2,NULL,'sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',5,3,8,'word',1,0,'two hosts',7,1700000006000,17230165957132683);
INSERT INTO "sites" VALUES('fra-1','production','{"region":"eu","ring":"1"}','0000000000000000000000000000000000000000000000000000000000000000',2,1700000000000,8572725014662399447);
INSERT INTO "targets" VALUES('fra-1','checkout','d-1.fra-1','d-1',6,'sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','1.0','sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',0,-8543859096224459848);
INSERT INTO "templates" VALUES('errors','kind: AnalysisTemplate','sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd',1,1700000000000,'admin',-1289401546366217427);
INSERT INTO "trust_roots" VALUES(1,'sha256:1111111111111111111111111111111111111111111111111111111111111111',X'006F6E65',1700000000000,'admin',7717638957216759104);
INSERT INTO "trust_roots" VALUES(2,'sha256:2222222222222222222222222222222222222222222222222222222222222222',X'0074776F',1700000001000,'admin',8860940129174751298);
INSERT INTO "versions" VALUES('checkout','1.1','sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',123,'abc',1699999940000,'[{"sha":"abc","committedAt":1699999940000},{"sha":"abd","committedAt":1699999950000}]',1700000000000,'admin',-6128001451757728262);
