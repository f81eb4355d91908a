//! The workloads that matter, beside the same work in plain rusqlite.
//!
//! The session's side includes all that a person's statement costs: names, queries, rows into instances.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ormsh::session::{Options, Output, Session};
use rusqlite::Connection;

const STUDENTS: usize = 10_000;

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

/// A session with many students, and the same rows in a connection of its own.
fn filled() -> (Session, Connection) {
    let session = session(&Options::default());
    run(
        &session,
        &format!(
            "d = Department.objects.first()
for start in range(0, {STUDENTS}, 500):
    Student.objects.bulk_create([Student(number=f'N{{i}}', name=f'Name {{i}}', surname='S', department=d) for i in range(start, start + 500)])
reset_queries()"
        ),
    );
    let plain = Connection::open_in_memory().expect("SQLite opens");
    plain
        .execute_batch(
            "CREATE TABLE student (number varchar(8) PRIMARY KEY, name text, surname text, born date, department_id int, \
             adviser_id int, active bool)",
        )
        .expect("the table is made");
    for i in 0..STUDENTS {
        plain
            .execute("INSERT INTO student VALUES (?, ?, 'S', NULL, 1, NULL, 1)", (format!("N{i}"), format!("Name {i}")))
            .expect("the row is inserted");
    }
    (session, plain)
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
    let (session, plain) = filled();
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
    c.bench_function("iterate 100,000 objects", |b| {
        b.iter(|| run(&session, "for _ in range(10):\n    for s in Student.objects.all(): pass"))
    });
    c.bench_function("iterate 100,000 objects, rusqlite", |b| {
        b.iter(|| {
            for _ in 0..10 {
                let mut s = plain.prepare_cached("SELECT * FROM student").expect("prepares");
                let rows = s.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?))).expect("runs");
                assert_eq!(rows.count(), STUDENTS);
            }
        })
    });
    c.bench_function("values() of 10,000 rows", |b| b.iter(|| run(&session, "list(Student.objects.values());")));
    c.bench_function("create 100 in a loop", |b| {
        b.iter_batched(
            || run(&session, "Book.objects.all().delete(); reset_queries()"),
            |()| run(&session, "for i in range(100): Book.objects.create(title='t', author='a')"),
            BatchSize::PerIteration,
        )
    });
    c.bench_function("bulk_create 1,000", |b| {
        b.iter_batched(
            || run(&session, "Book.objects.all().delete(); reset_queries()"),
            |()| run(&session, "Book.objects.bulk_create([Book(title='t', author='a') for i in range(1000)]);"),
            BatchSize::PerIteration,
        )
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
    targets = start, parse, queries, language
}
criterion_main!(benches);
