//! What the prompt does at every key and every Tab, on a schema of 300 models and a cell of 100 lines. The limits are those of an
//! optimised build (`cargo test --release --test scale -- --nocapture` prints the times); another one has room to spare.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use ormsh::session::{Options, Output, SchemaFile, Session};
use ormsh::shell::{complete, highlight};
use ormsh::syntax;

const MODELS: usize = 300;

/// A models file of many models that refer to one another.
fn schema() -> String {
    let mut out = String::from("from django.db import models\n");
    for i in 0..MODELS {
        let (parent, other, friend) = ((i * 7) % MODELS, (i * 13 + 5) % MODELS, (i * 3 + 1) % MODELS);
        let _ = write!(
            out,
            "
class Model{i}(models.Model):
    KINDS = [('a', 'A'), ('b', 'B')]
    name = models.CharField(max_length=40, db_index=True)
    kind = models.CharField(max_length=1, choices=KINDS, default='a')
    number = models.IntegerField(default=0)
    price = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    made = models.DateTimeField(auto_now_add=True)
    active = models.BooleanField(default=True)
    parent = models.ForeignKey('Model{parent}', models.CASCADE, null=True, related_name='children{i}')
    other = models.ForeignKey('Model{other}', models.CASCADE, null=True, related_name='others{i}')
    friends = models.ManyToManyField('Model{friend}', related_name='fans{i}')
"
        );
    }
    out
}

/// The best of a few tries: what the work takes, not what else the machine does.
fn best(mut work: impl FnMut()) -> Duration {
    let tries = (0..5).map(|_| {
        let started = Instant::now();
        work();
        started.elapsed()
    });
    tries.min().unwrap_or_default()
}

fn within(what: &str, took: Duration, limit: Duration) {
    let limit = if cfg!(debug_assertions) { limit * 40 } else { limit };
    println!("{what}: {took:?}");
    assert!(took < limit, "{what} took {took:?}, more than {limit:?}");
}

struct NoNames;

impl highlight::Names for NoNames {
    fn is_model(&self, name: &str) -> bool {
        name.starts_with("Model")
    }

    fn has_field(&self, _: &str, _: &str) -> bool {
        true
    }
}

#[test]
fn keeps_up_with_typing() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("big.py");
    std::fs::write(&file, schema()).expect("a file");
    let run = move || {
        let mut options = Options::default();
        options.schemas.push(SchemaFile::parse(&file.display().to_string(), None).expect("a schema"));
        let started = Instant::now();
        let Ok(session) = Session::open(&options, Output::kept()) else { panic!("the session does not open") };
        println!("opening {MODELS} models: {:?}", started.elapsed());
        completes(&session);
        std::mem::forget(session);
        types();
    };
    std::thread::Builder::new().stack_size(256 << 20).spawn(run).expect("a thread").join().expect("it keeps up");
}

fn completes(session: &Session) {
    let long = "x = Model1.objects.first()\n".repeat(100);
    let texts = [
        "Mod".to_string(),
        "Model7.objects.".to_string(),
        "Model7.objects.filter(na".to_string(),
        "Model7.objects.filter(parent__parent__other__friends__".to_string(),
        "Model7.objects.annotate(n=Count('fans".to_string(),
        "Q(na".to_string(),
        "for m in Model7.objects.all():\n    m.parent.".to_string(),
        "from django.db.models import ".to_string(),
        format!("{long}x.parent.na"),
    ];
    for text in &texts {
        let shown: String = text.chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect();
        assert!(!complete::at(session, text, text.len()).candidates.is_empty(), "{shown}: nothing is offered");
        let took = best(|| {
            complete::at(session, text, text.len());
        });
        within(&format!("completing {shown:?}"), took, Duration::from_millis(10));
    }
}

fn types() {
    let mut cell = String::from("def report(students):\n");
    for i in 0..99 {
        let _ =
            writeln!(cell, "    x{i} = Model{i}.objects.filter(name__startswith='a{i}', number={i})[{i}]  # line {i}");
    }
    let painted = best(|| {
        highlight::paint(&cell, Some(cell.len()), &NoNames);
    });
    within("colouring 100 lines", painted, Duration::from_millis(1));
    let checked = best(|| {
        syntax::completeness(&cell);
    });
    within("asking whether 100 lines are finished", checked, Duration::from_millis(4));
}
