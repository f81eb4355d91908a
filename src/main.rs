//! The command line of ormsh.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use ormsh::shell::commands::{self, Call, ExportFormat};
use ormsh::shell::fixtures::Dump;
use ormsh::shell::theme::{self, When};

/// A session makes and drops small objects by the million: rows, texts, numbers.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The Django shell without Python: reads a models.py, opens a SQLite database, runs queries.
#[derive(Parser)]
#[command(name = "ormsh", version, about, long_about = None, after_help = EXAMPLES, args_conflicts_with_subcommands = false)]
struct Cli {
    #[command(flatten)]
    options: Common,
    /// Run this code and leave: prints its output and the last expression's value
    #[arg(short = 'c', value_name = "CODE")]
    code: Option<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  ormsh                                            the sample classroom, at a prompt
  ormsh --schema school/models.py --db db.sqlite3  your own models and database
  ormsh -c 'Student.objects.count()'               one question
  ormsh run lecture.py                             a session's transcript
  ormsh check homework.txt                         does it still show what it showed?";

#[derive(Args, Clone)]
struct Common {
    /// A models file, with an app label if its name is not the one (repeatable)
    #[arg(long, global = true, value_name = "[LABEL=]FILE")]
    schema: Vec<String>,
    /// The SQLite database; in memory where none is given
    #[arg(long, global = true, value_name = "FILE")]
    db: Option<PathBuf>,
    /// A Django setting: USE_TZ, TIME_ZONE, DEFAULT_AUTO_FIELD
    #[arg(long = "set", global = true, value_name = "NAME=VALUE")]
    settings: Vec<String>,
    /// Refuse every write
    #[arg(long, global = true)]
    read_only: bool,
    /// When to colour
    #[arg(long, global = true, value_enum, value_name = "WHEN")]
    color: Option<Color>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Subcommand)]
enum Command {
    /// Replay sessions and print the transcript that a person would have seen
    #[command(
        after_help = "Examples:\n  ormsh run lecture.py\n  ormsh run --json lecture.ipynb > records.jsonl\n  ormsh run --strict --schema school/models.py homework.txt"
    )]
    Run {
        /// Sessions: .py, .ipynb, or transcripts in .txt, .md, .rst
        #[arg(required = true, value_name = "SESSION")]
        sessions: Vec<PathBuf>,
        /// One JSON record a cell instead
        #[arg(long)]
        json: bool,
        /// Stop at the first exception, with exit status 1
        #[arg(long)]
        strict: bool,
        /// Write the session with its results to this file instead
        #[arg(short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Replay recorded sessions and compare what they show
    #[command(
        after_help = "Examples:\n  ormsh check homework.txt\n  ormsh check --jobs 4 chapters/*.md\n  ormsh check --update homework.txt    what it shows now is what it should show"
    )]
    Check {
        /// Sessions with what they should show
        #[arg(required = true, value_name = "SESSION")]
        sessions: Vec<PathBuf>,
        /// Rewrite what they should show
        #[arg(long)]
        update: bool,
        /// How many sessions to replay at once; as many as there are processors where it is not given
        #[arg(long, value_name = "N")]
        jobs: Option<usize>,
        /// What may differ: times, uuids, or a regular expression (repeatable; addresses always may)
        #[arg(long = "mask", value_name = "WHAT")]
        masks: Vec<String>,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
        /// Write a JUnit report to this file
        #[arg(long, value_name = "FILE")]
        junit: Option<PathBuf>,
        #[command(flatten)]
        limits: Limits,
    },
    /// Questions for a class: a copy without the answers, and grades
    #[command(
        after_help = "Examples:\n  ormsh exercise publish homework.py -o handout.py\n  ormsh exercise grade answers/*.py --exercise homework.py --csv grades.csv"
    )]
    Exercise {
        #[command(subcommand)]
        what: ExerciseCommand,
    },
    /// Run sessions for check and exercise grade
    #[command(hide = true)]
    Worker,
    /// Look at the models
    #[command(
        after_help = "Examples:\n  ormsh schema show\n  ormsh schema sql --schema school/models.py\n  ormsh schema check --schema school/models.py\n  ormsh schema diagram --format svg > school.svg"
    )]
    Schema {
        #[command(subcommand)]
        what: SchemaCommand,
    },
    /// Print a models file for an existing SQLite database
    #[command(after_help = "Example:\n  ormsh inspect school.sqlite3 > models.py")]
    Inspect {
        /// The database
        db: PathBuf,
        /// The tables; all where none is given
        tables: Vec<String>,
        /// Views as well
        #[arg(long)]
        include_views: bool,
    },
    /// Write objects as JSON or CSV
    #[command(
        after_help = "Examples:\n  ormsh dumpdata --indent 2 -o fixture.json\n  ormsh dumpdata school.Student --format csv > students.csv"
    )]
    Dumpdata {
        /// Apps and models: app, app.Model, Model; all where none is given
        names: Vec<String>,
        /// Leave an app or a model out (repeatable)
        #[arg(short, long, value_name = "NAME")]
        exclude: Vec<String>,
        /// Indent by so many spaces
        #[arg(long, value_name = "N")]
        indent: Option<i64>,
        /// Refer to objects by their natural keys
        #[arg(long)]
        natural_foreign: bool,
        /// Leave primary keys out where there are natural ones
        #[arg(long)]
        natural_primary: bool,
        /// Use the base managers, which hide nothing
        #[arg(short, long)]
        all: bool,
        /// Only these rows of the one model
        #[arg(long, value_name = "PK,...", value_delimiter = ',')]
        pks: Vec<String>,
        /// json, jsonl or csv
        #[arg(long, default_value = "json", value_parser = ["json", "jsonl", "csv"])]
        format: String,
        /// The file to write; standard output where none is given
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Read objects from JSON and CSV files, all or none
    #[command(
        after_help = "Examples:\n  ormsh loaddata --db school.sqlite3 fixture.json\n  ormsh loaddata --db school.sqlite3 students.csv --model school.Student"
    )]
    Loaddata {
        /// The fixtures: .json, .jsonl, .csv
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The model of a CSV file whose name does not say it
        #[arg(long, value_name = "MODEL")]
        model: Option<String>,
        /// Leave models and fields out that do not exist
        #[arg(short, long)]
        ignorenonexistent: bool,
    },
    /// Step through a session, one keypress a step, for teaching
    #[command(after_help = "Example:\n  ormsh demo lecture.py")]
    Demo {
        /// The session
        session: PathBuf,
        /// Write the speaker's notes (# note: ... in a cell) to this file, or another terminal, as the demo goes on
        #[arg(long, value_name = "FILE")]
        notes: Option<PathBuf>,
        /// How it looks: plain, large (a statement a screen, for the back row) or double (letters of double size, where
        /// the terminal has them)
        #[arg(long, default_value = "plain")]
        theme: String,
    },
    /// Print a session with its results, to hand out
    #[command(
        after_help = "Examples:\n  ormsh export lecture.py --to html -o lecture.html\n  ormsh export lecture.txt --to ipynb > lecture.ipynb"
    )]
    Export {
        /// The session
        session: PathBuf,
        /// The form
        #[arg(long, value_enum)]
        to: Form,
        /// The file to write; standard output where none is given
        #[arg(short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Print a completion script for a shell
    #[command(
        after_help = "Examples:\n  ormsh completions bash > ~/.local/share/bash-completion/completions/ormsh\n  ormsh completions zsh > ~/.zfunc/_ormsh\n  ormsh completions fish > ~/.config/fish/completions/ormsh.fish\n  ormsh completions powershell >> $PROFILE"
    )]
    Completions {
        /// bash, zsh, fish, powershell or elvish
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    #[command(after_help = "Example:\n  ormsh man > ~/.local/share/man/man1/ormsh.1")]
    Man,
    /// Print what could stand at a place of a line
    #[command(
        after_help = "Examples:\n  ormsh complete --line 'Student.objects.fi'\n  ormsh complete --line 'Student.objects.filter(na)' --cursor 25 --json"
    )]
    Complete {
        /// The line
        #[arg(long)]
        line: String,
        /// Where the cursor stands, in characters; the end where it is not given
        #[arg(long)]
        cursor: Option<usize>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    Html,
    Ipynb,
    Md,
}

#[derive(Args, Clone, Copy)]
struct Limits {
    /// How long a cell may run, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
    cell_limit: f64,
    /// How long a session may run, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    session_limit: f64,
    /// How much memory a session may use, in megabytes
    #[arg(long, value_name = "MB", default_value_t = 2048)]
    memory_limit: u64,
    /// How large a database may be of which a copy is made to work on, in megabytes
    #[arg(long, value_name = "MB", default_value_t = 512)]
    copy_limit: u64,
}

impl From<Limits> for commands::LimitOptions {
    fn from(l: Limits) -> commands::LimitOptions {
        commands::LimitOptions {
            cell: l.cell_limit,
            session: l.session_limit,
            memory: l.memory_limit,
            copy: l.copy_limit,
        }
    }
}

#[derive(Subcommand)]
enum ExerciseCommand {
    /// Print the students' copy: without answers and hidden data
    Publish {
        /// The exercise: a .py with # %% cells, or a notebook
        exercise: PathBuf,
        /// The file to write; standard output where none is given
        #[arg(short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Try the exercise's own answers
    Check {
        /// The exercise
        exercise: PathBuf,
        /// A database of hidden data
        #[arg(long, value_name = "FILE")]
        hidden_db: Option<PathBuf>,
        #[command(flatten)]
        limits: Limits,
    },
    /// Grade students' files, on the given data and on hidden data
    Grade {
        /// Students' files, or folders of them
        #[arg(required = true, value_name = "ANSWERS")]
        answers: Vec<PathBuf>,
        /// The exercise; the one that the students' copies name where it is not given
        #[arg(long, short, value_name = "FILE")]
        exercise: Option<PathBuf>,
        /// A database of hidden data
        #[arg(long, value_name = "FILE")]
        hidden_db: Option<PathBuf>,
        /// Write the table to this file as CSV
        #[arg(long, value_name = "FILE")]
        csv: Option<PathBuf>,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
        /// Print what is wrong with every answer
        #[arg(long)]
        feedback: bool,
        /// Write each student's feedback to a file in this folder
        #[arg(long, value_name = "FOLDER")]
        feedback_dir: Option<PathBuf>,
        /// How many students at once
        #[arg(long, value_name = "N")]
        jobs: Option<usize>,
        #[command(flatten)]
        limits: Limits,
    },
}

#[derive(Subcommand)]
enum SchemaCommand {
    /// The CREATE statements of the models' tables
    Sql,
    /// Problems in the models, with Django's check ids
    Check,
    /// A description of the models
    Show,
    /// What it takes to make the database's tables what the models say
    Migrate {
        /// Run the statements
        #[arg(long)]
        yes: bool,
        /// A field or a table that has another name now (repeatable)
        #[arg(long, value_name = "MODEL.FIELD=NEW")]
        rename: Vec<String>,
        /// Nothing else was renamed
        #[arg(long)]
        no_rename: bool,
        /// A table without a model that can go (repeatable)
        #[arg(long, value_name = "TABLE")]
        drop: Vec<String>,
        /// What rows that are there get in a new column: a Python expression (repeatable)
        #[arg(long, value_name = "MODEL.FIELD=VALUE")]
        default: Vec<String>,
    },
    /// An entity-relationship diagram
    Diagram {
        /// These models and their neighbours; all where none is given
        #[arg(value_name = "MODEL")]
        models: Vec<String>,
        /// svg, mermaid, dot or text
        #[arg(long, default_value = "mermaid")]
        format: String,
        /// The file to write; standard output where none is given
        #[arg(short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// The engine recurses as deep as the session's code does; its thread has room for Python's limit and more.
const STACK: usize = 512 << 20;

fn main() -> ExitCode {
    // Leaving from the engine's own thread spares taking its tables apart.
    let work = || -> u8 { std::process::exit(run().into()) };
    let engine = |size| std::thread::Builder::new().name("session".into()).stack_size(size).spawn(work);
    // A machine that will not give that much address space gets what the system gives a program.
    let status = match engine(STACK).or_else(|_| engine(8 << 20)) {
        Ok(thread) => thread.join().unwrap_or(70),
        Err(_) => run(),
    };
    ExitCode::from(status)
}

fn run() -> u8 {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let Common { schema, db, settings, read_only, color } = cli.options;
    let color = color.map(|c| match c {
        Color::Auto => When::Auto,
        Color::Always => When::Always,
        Color::Never => When::Never,
    });
    theme::decide(color.unwrap_or(When::Auto));
    if let Some(Command::Completions { shell }) = &cli.command {
        let mut script = Vec::new();
        clap_complete::generate(*shell, &mut Cli::command(), "ormsh", &mut script);
        return commands::print_bytes(&script);
    }
    if let Some(Command::Man) = &cli.command {
        return commands::print_bytes(&manual());
    }
    let call = match Call::new(schema, db, settings, read_only, color) {
        Ok(call) => call,
        Err(sentence) => return commands::complain(&sentence),
    };
    let status = match cli.command {
        None => match cli.code {
            Some(code) => commands::code(&call, &code),
            None => commands::prompt_or_stdin(&call),
        },
        Some(Command::Run { sessions, json, strict, output }) => {
            commands::run(&call, &sessions, &commands::RunOptions { json, strict, output })
        }
        Some(Command::Check { sessions, update, jobs, masks, json, junit, limits }) => {
            let how = commands::CheckOptions { update, jobs, masks, json, junit, limits: limits.into() };
            commands::check(&call, &sessions, &how)
        }
        Some(Command::Exercise { what }) => exercise(&call, what),
        Some(Command::Worker) => commands::worker(),
        Some(Command::Schema { what }) => match what {
            SchemaCommand::Sql => commands::schema_sql(&call),
            SchemaCommand::Check => commands::schema_check(&call),
            SchemaCommand::Show => commands::schema_show(&call),
            SchemaCommand::Migrate { yes, rename, no_rename, drop, default } => {
                match commands::migrate::answers(&rename, no_rename, &drop, &default) {
                    Ok(answers) => commands::migrate::migrate(&call, answers, yes),
                    Err(sentence) => commands::complain(&sentence),
                }
            }
            SchemaCommand::Diagram { models, format, output } => {
                commands::schema_diagram(&call, &format, &models, output.as_deref())
            }
        },
        Some(Command::Inspect { db, tables, include_views }) => commands::inspect(&call, &db, &tables, include_views),
        Some(Command::Dumpdata {
            names,
            exclude,
            indent,
            natural_foreign,
            natural_primary,
            all,
            pks,
            format,
            output,
        }) => {
            let how = Dump { names, exclude, indent, natural_foreign, natural_primary, all, pks, format };
            commands::fixtures::dumpdata(&call, &how, output.as_deref())
        }
        Some(Command::Loaddata { files, model, ignorenonexistent }) => {
            commands::fixtures::loaddata(&call, &files, model.as_deref(), ignorenonexistent)
        }
        Some(Command::Demo { session, notes, theme }) => commands::demo(&call, &session, notes.as_deref(), &theme),
        Some(Command::Export { session, to, output }) => {
            let form = match to {
                Form::Html => ExportFormat::Html,
                Form::Ipynb => ExportFormat::Notebook,
                Form::Md => ExportFormat::Markdown,
            };
            commands::export(&call, &session, form, output.as_deref())
        }
        Some(Command::Completions { .. } | Command::Man) => 0,
        Some(Command::Complete { line, cursor, json }) => commands::complete(&call, &line, cursor, json),
    };
    // What a session holds need not be taken apart: the process ends.
    status
}

fn exercise(call: &Call, what: ExerciseCommand) -> u8 {
    use commands::exercise::{GradeOptions, check, grade, publish};
    match what {
        ExerciseCommand::Publish { exercise, output } => publish(&exercise, output.as_deref()),
        ExerciseCommand::Check { exercise, hidden_db, limits } => {
            check(call, &exercise, &GradeOptions { hidden_db, limits: limits.into(), ..GradeOptions::default() })
        }
        ExerciseCommand::Grade { answers, exercise, hidden_db, csv, json, feedback, feedback_dir, jobs, limits } => {
            let limits = limits.into();
            let how = GradeOptions { exercise, hidden_db, csv, json, feedback, feedback_dir, jobs, limits };
            grade(call, &answers, &how)
        }
    }
}

/// The manual page: the program's own, then each command's.
fn manual() -> Vec<u8> {
    let mut out = Vec::new();
    let command = Cli::command();
    // Writing to memory cannot fail.
    let _ = clap_mangen::Man::new(command.clone()).manual("ormsh").render(&mut out);
    for sub in command.get_subcommands().filter(|c| !c.is_hide_set()) {
        let name = sub.get_name().to_uppercase();
        out.extend_from_slice(format!(".SH \"{name}\"\n").as_bytes());
        let man = clap_mangen::Man::new(sub.clone());
        let _ = man.render_description_section(&mut out);
        let _ = man.render_synopsis_section(&mut out);
        let _ = man.render_options_section(&mut out);
    }
    out
}

/// What clap says of a call, in the program's own voice.
fn usage(error: &clap::Error) -> u8 {
    use clap::error::ErrorKind;
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => commands::print_bytes(error.to_string().as_bytes()),
        _ => {
            let text = error.to_string();
            commands::complain(text.strip_prefix("error: ").unwrap_or(&text).trim_end())
        }
    }
}
