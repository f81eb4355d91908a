//! Random programs and damaged ones: no input may panic, hang or grow without bound, neither in the parser nor in the
//! engine. A small fixed budget under `cargo test`; for a long run say how many: `FUZZ=1000000 FUZZ_SEED=7 cargo test
//! --profile quick --test fuzz -- --nocapture`. What it found is kept as cases in `tests/language`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ormsh::session::{Options, Output, Session};
use ormsh::syntax::{Mode, completeness, parse, split_cells};

/// A generator of numbers: small, and the same everywhere for a seed.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn pick<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

const NAMES: &[&str] = &["a", "b", "c", "f", "g", "x", "xs", "d", "s", "A", "B", "o"];
const LITERALS: &[&str] = &[
    "0",
    "1",
    "-1",
    "2",
    "7",
    "255",
    "10**20",
    "2**63",
    "-2**63",
    "0.5",
    "-0.0",
    "1e308",
    "float('nan')",
    "float('inf')",
    "''",
    "'a'",
    "'abc'",
    "'é😀'",
    "'%s %d'",
    "'{} {!r:>5}'",
    "b'ab'",
    "True",
    "False",
    "None",
    "...",
    "[]",
    "[1, 2, 3]",
    "()",
    "(1, 'a')",
    "{}",
    "{'a': 1, 2: 'b'}",
    "{1, 2}",
    "frozenset({1})",
    "range(5)",
    "range(5, 0, -2)",
    "slice(1, 3)",
    "1j",
    "Decimal('1.10')",
    "date(2024, 2, 29)",
    "timedelta(days=1)",
    "int",
    "str",
    "list",
    "object()",
    "lambda x: x",
    "NotImplemented",
    "iter([1, 2])",
    "(i for i in range(3))",
    "Exception('e')",
    "bytearray(b'x')",
    "type",
    "print",
];
const BINARY: &[&str] = &[
    "+", "-", "*", "/", "//", "%", "**", "@", "<<", ">>", "&", "|", "^", "<", "<=", "==", "!=", ">", ">=", "is", "in",
    "not in", "and", "or",
];
const CALLS: &[&str] = &[
    "len",
    "repr",
    "str",
    "int",
    "float",
    "bool",
    "list",
    "tuple",
    "set",
    "dict",
    "sorted",
    "sum",
    "min",
    "max",
    "abs",
    "hash",
    "iter",
    "next",
    "type",
    "isinstance",
    "issubclass",
    "callable",
    "dir",
    "vars",
    "id",
    "ord",
    "chr",
    "bin",
    "hex",
    "round",
    "divmod",
    "pow",
    "enumerate",
    "zip",
    "map",
    "filter",
    "reversed",
    "any",
    "all",
    "range",
    "bytes",
    "format",
    "getattr",
    "setattr",
    "hasattr",
    "frozenset",
    "complex",
    "ascii",
    "slice",
    "print",
    "super",
    "property",
    "staticmethod",
    "classmethod",
    "Decimal",
    "date",
    "timedelta",
    "eval",
    "globals",
    "locals",
    "bytearray",
    "memoryview",
    "object",
];
const METHODS: &[&str] = &[
    "append",
    "pop",
    "sort",
    "reverse",
    "insert",
    "extend",
    "remove",
    "index",
    "count",
    "copy",
    "clear",
    "get",
    "items",
    "keys",
    "values",
    "update",
    "setdefault",
    "popitem",
    "add",
    "discard",
    "union",
    "upper",
    "split",
    "join",
    "format",
    "strip",
    "replace",
    "find",
    "startswith",
    "encode",
    "decode",
    "center",
    "zfill",
    "partition",
    "splitlines",
    "translate",
    "title",
    "send",
    "throw",
    "close",
    "__next__",
    "__iter__",
    "__len__",
    "__class__",
    "__init__",
    "__new__",
    "__dict__",
    "__add__",
    "__eq__",
    "__getitem__",
    "__call__",
    "__mro__",
    "mro",
    "real",
    "bit_length",
    "to_bytes",
    "isoformat",
    "strftime",
    "quantize",
    "as_tuple",
    "with_traceback",
    "args",
    "fromkeys",
    "from_bytes",
    "hex",
    "is_integer",
    "x",
    "y",
];

struct Writer<'a> {
    chance: &'a mut Chance,
    depth: usize,
}

impl Writer<'_> {
    fn expr(&mut self) -> String {
        self.depth += 1;
        let kind = if self.depth > 5 { self.chance.below(2) } else { self.chance.below(24) };
        let text = match kind {
            0 => self.chance.pick(NAMES).to_string(),
            1 | 2 => self.chance.pick(LITERALS).to_string(),
            3..=5 => format!("{} {} {}", self.expr(), self.chance.pick(BINARY), self.expr()),
            6 | 7 => format!("({})", self.expr()),
            8 | 9 => format!("{}({})", self.chance.pick(CALLS), self.args()),
            10 | 11 => format!("{}.{}({})", self.atom(), self.chance.pick(METHODS), self.args()),
            12 => format!("{}[{}]", self.atom(), self.expr()),
            13 => format!("{}[{}:{}]", self.atom(), self.expr(), self.expr()),
            14 => format!("[{} for x in {}]", self.expr(), self.expr()),
            15 => format!("{{{}: {} for a, b in {} if {}}}", self.expr(), self.expr(), self.expr(), self.expr()),
            16 => format!("{} if {} else {}", self.expr(), self.expr(), self.expr()),
            17 => format!("(lambda x, *b, c=1, **d: {})({})", self.expr(), self.args()),
            18 => format!("f'{{{}!r:>{{5}}}}'", self.chance.pick(NAMES)),
            19 => format!("[{}, *{}]", self.expr(), self.expr()),
            20 => format!("{{**{}, {}: {}}}", self.expr(), self.expr(), self.expr()),
            21 => format!("(x := {})", self.expr()),
            22 => format!("{}.{}", self.atom(), self.chance.pick(METHODS)),
            _ => format!("{}{}", self.chance.pick(&["-", "~", "not ", "+", "*"]), self.atom()),
        };
        self.depth -= 1;
        text
    }

    fn atom(&mut self) -> String {
        match self.chance.below(3) {
            0 => self.chance.pick(NAMES).to_string(),
            _ => format!("({})", self.expr()),
        }
    }

    fn args(&mut self) -> String {
        let n = self.chance.below(4);
        let args: Vec<String> = (0..n)
            .map(|_| match self.chance.below(8) {
                0 => format!("*{}", self.atom()),
                1 => format!("**{}", self.atom()),
                2 => format!(
                    "{}={}",
                    self.chance.pick(&["key", "default", "reverse", "x", "sep", "strict"]),
                    self.expr()
                ),
                _ => self.expr(),
            })
            .collect();
        args.join(", ")
    }

    fn target(&mut self) -> String {
        match self.chance.below(7) {
            0 => format!("{}, {}", self.chance.pick(NAMES), self.chance.pick(NAMES)),
            1 => format!("{}, *{}", self.chance.pick(NAMES), self.chance.pick(NAMES)),
            2 => format!("{}[{}]", self.chance.pick(NAMES), self.expr()),
            3 => format!("{}.{}", self.chance.pick(NAMES), self.chance.pick(METHODS)),
            _ => self.chance.pick(NAMES).to_string(),
        }
    }

    fn block(&mut self, indent: usize) -> String {
        let n = 1 + self.chance.below(3);
        (0..n).map(|_| self.statement(indent)).collect()
    }

    fn statement(&mut self, indent: usize) -> String {
        let pad = "    ".repeat(indent);
        let kind = if indent > 3 { self.chance.below(6) } else { self.chance.below(22) };
        let inner = indent + 1;
        match kind {
            0..=2 => format!("{pad}{} = {}\n", self.target(), self.expr()),
            3 => format!("{pad}{} {}= {}\n", self.chance.pick(NAMES), self.chance.pick(&BINARY[..13]), self.expr()),
            4 | 5 => format!("{pad}{}\n", self.expr()),
            6 => format!("{pad}for {} in {}:\n{}", self.target(), self.expr(), self.block(inner)),
            7 => format!("{pad}if {}:\n{}{pad}else:\n{}", self.expr(), self.block(inner), self.block(inner)),
            8 => format!(
                "{pad}try:\n{}{pad}except {} as e:\n{}{pad}finally:\n{}",
                self.block(inner),
                self.chance.pick(&["Exception", "TypeError", "(ValueError, KeyError)", "BaseException"]),
                self.block(inner),
                self.block(inner)
            ),
            9 | 10 => format!(
                "{pad}def {}({}):\n{}{pad}    return {}\n",
                self.chance.pick(NAMES),
                self.chance.pick(&["", "x", "a, b=1", "*xs", "x, /, y=2, *, c=3", "**d", "a, *b, **c"]),
                self.block(inner),
                self.expr()
            ),
            11 => format!(
                "{pad}def {}(x=1):\n{}{pad}    yield {}\n",
                self.chance.pick(NAMES),
                self.block(inner),
                self.expr()
            ),
            12 | 13 => format!(
                "{pad}class {}({}):\n{pad}    def {}(self, *a):\n{}{pad}        return {}\n",
                self.chance.pick(NAMES),
                self.chance.pick(&["", "object", "int", "str", "list", "dict", "Exception", "A", "B", "type", "tuple"]),
                self.chance.pick(&[
                    "__init__",
                    "__eq__",
                    "__hash__",
                    "__repr__",
                    "__len__",
                    "__iter__",
                    "__next__",
                    "__getattr__",
                    "__add__",
                    "__call__",
                    "__enter__",
                    "__getitem__",
                    "__bool__",
                    "__new__",
                    "__lt__",
                    "__contains__",
                    "__del__",
                    "f",
                    "__set_name__",
                    "__init_subclass__",
                    "__class_getitem__",
                    "__getattribute__",
                    "__setattr__",
                    "__index__",
                    "__format__",
                    "__radd__",
                    "__iadd__",
                    "__missing__",
                    "__exit__",
                    "__get__",
                    "__set__",
                ]),
                self.block(inner + 1),
                self.expr()
            ),
            14 => format!("{pad}with {} as {}:\n{}", self.expr(), self.chance.pick(NAMES), self.block(inner)),
            15 => format!("{pad}del {}\n", self.target()),
            16 => format!("{pad}raise {}\n", self.expr()),
            17 => format!(
                "{pad}match {}:\n{pad}    case {}:\n{}{pad}    case _:\n{}",
                self.expr(),
                self.chance.pick(&["[a, *b]", "{'a': x}", "int(x)", "1 | 2", "A(x=1)", "(1, y)", "str() as s", "None"]),
                self.block(inner + 1),
                self.block(inner + 1)
            ),
            18 => format!("{pad}while {}:\n{}{pad}    break\n", self.expr(), self.block(inner)),
            19 => format!("{pad}global {}\n", self.chance.pick(NAMES)),
            20 => {
                format!("{pad}@{}\n{pad}def {}(): {}\n", self.chance.pick(CALLS), self.chance.pick(NAMES), self.expr())
            }
            _ => format!("{pad}assert {}, {}\n", self.expr(), self.expr()),
        }
    }
}

fn program(chance: &mut Chance) -> String {
    let mut writer = Writer { chance, depth: 0 };
    writer.block(0)
}

/// A program with some of its text changed, doubled, moved or lost.
fn damaged(chance: &mut Chance) -> String {
    let mut text: Vec<char> = program(chance).chars().collect();
    let scraps = [
        "(", ")", "[", "]", "{", "}", "'", "\"", "\"\"\"", "\\", ":", "=", ",", "\n", "    ", "\t", "#", "f'", "é",
        "\u{0}", "if", "def ", "0x", "1e", "%", "@", "*", "\u{feff}", "\r", ";", "!", "?", "$", "lambda", "yield ",
        "await ", "async ",
    ];
    for _ in 0..1 + chance.below(4) {
        let at = chance.below(text.len() + 1);
        let until = (at + chance.below(12)).min(text.len());
        match chance.below(4) {
            0 => drop(text.drain(at..until)),
            1 => {
                let copy: Vec<char> = text[at..until].to_vec();
                let to = chance.below(text.len() + 1);
                text.splice(to..to, copy);
            }
            _ => {
                let scrap = chance.pick(&scraps);
                text.splice(at..at, scrap.chars());
            }
        }
    }
    text.into_iter().collect()
}

fn session() -> Session {
    let session = Session::open(&Options::default(), Output::kept()).unwrap_or_else(|_| panic!("the session opens"));
    session.rt.memory_limit.set(1 << 22);
    session.run_cell("import random; random.seed(1)", false);
    session
}

/// How many programs, and the first seed.
fn budget() -> (u64, u64) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    (number("FUZZ").unwrap_or(400), number("FUZZ_SEED").unwrap_or(1))
}

/// What runs now and since when: for the watch that interrupts what takes long.
struct Watch {
    now: Mutex<Option<(String, Instant)>>,
    done: AtomicBool,
}

#[test]
fn programs_neither_panic_nor_hang() {
    let (count, seed) = budget();
    let watch = Arc::new(Watch { now: Mutex::new(None), done: AtomicBool::new(false) });
    let seen = watch.clone();
    let worker = std::thread::Builder::new()
        .stack_size(256 << 20)
        .spawn(move || {
            let mut engine = session();
            let flag = Arc::new(Mutex::new(engine.rt.interrupt_flag()));
            let guard = {
                let (watch, flag) = (watch.clone(), flag.clone());
                std::thread::spawn(move || {
                    while !watch.done.load(Ordering::Relaxed) {
                        std::thread::sleep(Duration::from_millis(50));
                        let now = watch.now.lock().map(|now| now.clone()).unwrap_or_default();
                        let Some((text, since)) = now else { continue };
                        if since.elapsed() > Duration::from_secs(2)
                            && let Ok(flag) = flag.lock()
                        {
                            flag.store(true, Ordering::Relaxed);
                        }
                        if since.elapsed() > Duration::from_secs(30) {
                            eprintln!("hangs:\n{text}");
                            std::process::exit(1);
                        }
                    }
                })
            };
            for i in 0..count {
                let mut chance = Chance(seed.wrapping_add(i).wrapping_mul(0x2545_f491_4f6c_dd1d));
                let text = match i % 4 {
                    3 => damaged(&mut chance),
                    _ => program(&mut chance),
                };
                if let Ok(mut now) = watch.now.lock() {
                    *now = Some((text.clone(), Instant::now()));
                }
                let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                    let _ = completeness(&text);
                    let _ = split_cells(&text);
                    let _ = ormsh::syntax::tokens::tokens(&text);
                    let _ = parse(&text, Mode::File);
                    let outcome = engine.run_cell(&text, false);
                    let _ = engine.traceback(&outcome).map(|t| t.plain());
                    engine.output.take();
                }));
                assert!(ran.is_ok(), "seed {} panics:\n{text}", seed + i);
                if i % 50 == 49 {
                    engine = session();
                    if let Ok(mut flag) = flag.lock() {
                        *flag = engine.rt.interrupt_flag();
                    }
                }
                if i % 10_000 == 9_999 {
                    eprintln!("{} programs", i + 1);
                }
            }
            watch.done.store(true, Ordering::Relaxed);
            let _ = guard.join();
        })
        .expect("a thread starts");
    let result = worker.join();
    seen.done.store(true, Ordering::Relaxed);
    assert!(result.is_ok(), "a program panicked: {:?}", seen.now.lock().map(|n| n.clone().map(|n| n.0)));
}
