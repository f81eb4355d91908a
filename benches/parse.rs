//! Parsing 10,000 lines: a models file and statements of every kind over and over.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ormsh::syntax::{Mode, parse};

const MODEL: &str = include_str!("../tests/syntax/models.py");
const STATEMENTS: &str = include_str!("../tests/syntax/statements.py");

fn parsing(criterion: &mut Criterion) {
    let once = format!("{MODEL}\n{STATEMENTS}\n");
    let text = once.repeat(10_000 / once.lines().count() + 1);
    let mut group = criterion.benchmark_group("parse");
    group.sample_size(20).throughput(Throughput::Elements(text.lines().count() as u64));
    group.bench_function("10,000 lines", |b| b.iter(|| parse(black_box(&text), Mode::File).map(|m| m.body.len())));
    group.throughput(Throughput::Elements(1));
    let right = "Student.objects.filter(name='Bob').order_by('-age')[:5]\n";
    group.bench_function("a statement", |b| b.iter(|| parse(black_box(right), Mode::Cell).map(|m| m.body.len())));
    let wrong = "Student.objects.filter(name='Bob' age=3)\n";
    group.bench_function("a wrong statement", |b| b.iter(|| parse(black_box(wrong), Mode::Cell).is_err()));
    group.finish();
}

criterion_group!(benches, parsing);
criterion_main!(benches);
