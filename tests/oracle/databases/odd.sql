CREATE TABLE "order-items" (id INTEGER PRIMARY KEY, "Order" INT, "class" TEXT, "first name" VARCHAR(20), "a__b" REAL, "_x" BLOB, "y_" DATE, "1st" char(3), "é" text, "A" int, "a " int2);
CREATE TABLE nopk (aa int, bb, b NUMERIC(10,2), c DECIMAL(5,1) NOT NULL, d varchar, e DOUBLE PRECISION, f FLOAT, g JSON, h BOOLEAN NOT NULL DEFAULT 1, i datetime, j time, k timestamp, l bigint, m smallint unsigned, n "integer unsigned");
CREATE TABLE comp (xx integer NOT NULL, yy integer NOT NULL, zz text, PRIMARY KEY (xx, yy));
CREATE TABLE child (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, parent_id integer NOT NULL REFERENCES later (id), other integer REFERENCES later, self_id integer REFERENCES child(id), code varchar(10) UNIQUE REFERENCES later(code), third_id integer REFERENCES later (id));
CREATE TABLE later (id integer PRIMARY KEY, code varchar(10) COLLATE nocase NOT NULL UNIQUE, a int, b int, UNIQUE (a, b), CONSTRAINT named UNIQUE (b, code));
CREATE UNIQUE INDEX later_ab ON later (a, b);
CREATE UNIQUE INDEX later_expr ON later (lower(code));
CREATE UNIQUE INDEX later_partial ON later (a) WHERE b > 3;
CREATE INDEX later_plain ON later (b, a);
CREATE VIEW seen AS SELECT id, code, a + b AS "sum of" FROM later;
CREATE VIEW broken AS SELECT * FROM nothing_there;
CREATE TABLE one (later_id integer NOT NULL PRIMARY KEY REFERENCES later (id), data text NOT NULL CHECK ((JSON_VALID("data") OR "data" IS NULL)), gen integer GENERATED ALWAYS AS (later_id * 2) VIRTUAL);
CREATE TABLE textkey (code varchar(5) NOT NULL PRIMARY KEY, n integer) WITHOUT ROWID;
CREATE TABLE "école_élève" (id integer NOT NULL PRIMARY KEY, "select" text, "SELECT2" text, "from" int, "match" int, "None" int);
CREATE TABLE t2x_3y ("id" bigint NOT NULL PRIMARY KEY, "id_field" integer, "name" varchar(30) NOT NULL COLLATE "nocase", "sp" VARCHAR( 12 ), "sp2" varchar( 12 ));
CREATE TABLE "it's" (id integer primary key, "q'uote" text, "dq""x" text);
CREATE TABLE ukey ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "a" integer NOT NULL, "b" integer NOT NULL, CONSTRAINT "u1" UNIQUE ("a", "b"), CONSTRAINT "c1" CHECK ("a" > 3));
CREATE TABLE keyless (n integer, m integer, FOREIGN KEY (n) REFERENCES comp (xx), FOREIGN KEY (m) REFERENCES gone (id));
CREATE TABLE commented (
    id integer primary key, -- the key, of course
    /* a name, (not null) */ name text not null,
    note text default 'it''s, (odd)' collate nocase
);
CREATE TABLE typed AS SELECT 1 AS one, 'x' AS two;
