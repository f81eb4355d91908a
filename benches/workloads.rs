//! The workloads that matter, beside the same work in plain rusqlite.
//!
//! The session's side includes all that a person's statement costs: names, queries, rows into instances. For the same
//! workloads in the real Django see `against_django.py`.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ormsh::session::{Options, Output, Session};
use rusqlite::Connection;

const STUDENTS: usize = 10_000;

/// The table of `Student` as ormsh makes it, its indexes included.
const TABLE: &str = "CREATE TABLE student (number varchar(8) NOT NULL PRIMARY KEY, name varchar(30) NOT NULL, \
    surname varchar(30) NOT NULL, born date NULL, active bool NOT NULL, adviser_id bigint NULL, department_id bigint NOT NULL); \
    CREATE INDEX by_name ON student (surname, name); CREATE INDEX by_department ON student (department_id); \
    CREATE INDEX by_adviser ON student (adviser_id)";

const INSERT: &str = "INSERT INTO student (number, name, surname, department_id, active) VALUES (?, ?, 'S', 1, 1)";

/// Students to be, in `students(start, end)`, and enough of them saved by `fill(n)`.
const MAKE: &str = "d = Department.objects.first()
def students(start, end):
    return [Student(number=f'N{i}', name=f'Name {i}', surname='S', department=d) for i in range(start, end)]
def fill(n):
    for start in range(0, n, 10000):
        Student.objects.bulk_create(students(start, min(n, start + 10000)))";

fn session(options: &Options) -> Session {
    match Session::open(options, Output::kept()) {
        Ok(session) => session,
        Err(_) => panic!("the session does not open"),
    }
}

fn run(session: &Session, cell: &str) {
    let outcome = session.run_cell(cell, false);
    assert!(outcome.failure.is_none(), "{cell}: {:?}", session.traceback(&outcome).map(|t| t.plain()));
    session.output.take();
}

/// A session of the sample with so many more students.
fn classroom(students: usize) -> Session {
    let session = session(&Options::default());
    run(&session, MAKE);
    run(&session, &format!("fill({students}); reset_queries()"));
    session
}

/// The same rows in a connection of its own.
fn table(students: usize) -> Connection {
    let plain = Connection::open_in_memory().expect("SQLite opens");
    plain.execute_batch(TABLE).expect("the table is made");
    insert(&plain, students);
    plain
}

/// One prepared INSERT a row, in a transaction.
fn insert(plain: &Connection, students: usize) {
    plain.execute_batch("BEGIN").expect("a transaction begins");
    let mut statement = plain.prepare_cached(INSERT).expect("prepares");
    for i in 0..students {
        statement.execute((format!("N{i}"), format!("Name {i}"))).expect("the row is inserted");
    }
    plain.execute_batch("COMMIT").expect("it commits");
}

/// All rows of the table, each with its texts.
fn read(plain: &Connection) -> usize {
    let mut statement = plain.prepare_cached("SELECT * FROM student").expect("prepares");
    let rows =
        statement.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?, r.get::<_, String>(2)?)));
    rows.expect("runs").filter(|row| row.as_ref().is_ok_and(|r| !r.0.is_empty())).count()
}

fn start(c: &mut Criterion) {
    c.bench_function("start-up with the sample", |b| b.iter(|| session(&Options::default())));
}

fn parse(c: &mut Criterion) {
    let lines: String =
        (0..10_000).map(|i| format!("x{i} = Student.objects.filter(name__startswith='a{i}')[{i}]\n")).collect();
    c.bench_function("parse 10,000 lines", |b| {
        b.iter(|| ormsh::syntax::parse(&lines, ormsh::syntax::Mode::File).expect("it parses"))
    });
}

fn queries(c: &mut Criterion) {
    let (session, plain) = (classroom(STUDENTS), table(STUDENTS));
    c.bench_function("get(pk) 1,000 times", |b| {
        b.iter(|| run(&session, "for i in range(1000): Student.objects.get(pk=f'N{i}')"))
    });
    c.bench_function("get(pk) 1,000 times, rusqlite", |b| {
        b.iter(|| {
            for i in 0..1000 {
                let mut s = plain.prepare_cached("SELECT * FROM student WHERE number = ? LIMIT 21").expect("prepares");
                let name: String = s.query_row([format!("N{i}")], |r| r.get(1)).expect("is there");
                assert!(!name.is_empty());
            }
        })
    });
    c.bench_function("a filter of three conditions across a relation, 1,000 times", |b| {
        b.iter(|| {
            run(
                &session,
                "for i in range(1000): Student.objects.filter(name='a', surname='b', department__code='c').query.sql_with_params()",
            )
        })
    });
    c.bench_function("save() 1,000 times", |b| {
        b.iter(|| run(&session, "for s in Student.objects.all()[:1000]:\n    s.name = 'other'\n    s.save()"))
    });
    c.bench_function("create 100 in a loop", |b| {
        b.iter_batched(
            || run(&session, "Book.objects.all().delete(); reset_queries()"),
            |()| run(&session, "for i in range(100): Book.objects.create(title='t', author='a')"),
            BatchSize::PerIteration,
        )
    });
    c.bench_function("prefetch_related over 10,000 rows", |b| {
        b.iter(|| {
            run(&session, "for s in Student.objects.prefetch_related('friends', 'department'): x = s.friends.all()")
        })
    });
}

fn many_rows(c: &mut Criterion) {
    let (session, plain) = (classroom(100_000), table(100_000));
    c.bench_function("iterate 100,000 objects", |b| b.iter(|| run(&session, "for s in Student.objects.all(): pass")));
    c.bench_function("iterate 100,000 rows, rusqlite", |b| b.iter(|| assert_eq!(read(&plain), 100_000)));
    c.bench_function("values() of 100,000 rows", |b| {
        b.iter(|| run(&session, "for s in Student.objects.values(): pass"))
    });
    c.bench_function("values_list() of 100,000 rows", |b| {
        b.iter(|| run(&session, "for s in Student.objects.values_list(): pass"))
    });
    drop(session);
    let session = classroom(1_000_000);
    c.bench_function("iterator() over 1,000,000 rows", |b| {
        b.iter(|| run(&session, "for s in Student.objects.iterator(): pass"))
    });
}

fn bulk(c: &mut Criterion) {
    let session = classroom(0);
    run(&session, "rows = students(0, 100000)");
    c.bench_function("bulk_create 100,000", |b| {
        b.iter_batched(
            || run(&session, "Student.objects.filter(surname='S')._raw_delete('default'); reset_queries()"),
            |()| run(&session, "Student.objects.bulk_create(rows);"),
            BatchSize::PerIteration,
        )
    });
    c.bench_function("insert 100,000 rows, rusqlite", |b| {
        b.iter_batched(|| table(0), |plain| insert(&plain, 100_000), BatchSize::PerIteration)
    });
}

fn language(c: &mut Criterion) {
    let session = session(&Options::default());
    c.bench_function("a million additions", |b| {
        b.iter(|| run(&session, "def f():\n    x = 0\n    for i in range(1000000): x += i\n    return x\nf();"))
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = start, parse, queries, many_rows, bulk, language
}
criterion_main!(benches);
