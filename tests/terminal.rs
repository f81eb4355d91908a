//! The prompt in a real pseudo-terminal: what is typed goes in as bytes, what is seen is read off the screen.
#![cfg(unix)]

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// However busy the machine: nothing takes longer.
const PATIENCE: Duration = Duration::from_secs(20);

struct Terminal {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    screen: Arc<Mutex<vt100::Parser>>,
    raw: Arc<Mutex<Vec<u8>>>,
}

/// What a session is started with.
struct Start<'a> {
    home: &'a Path,
    size: (u16, u16),
    env: &'a [(&'a str, &'a str)],
    args: &'a [&'a str],
}

fn cells(n: u16) -> NonZero<u16> {
    NonZero::new(n).expect("a size")
}

impl<'a> Start<'a> {
    fn at(home: &'a Path) -> Start<'a> {
        Start { home, size: (30, 90), env: &[], args: &[] }
    }

    fn open(&self) -> Terminal {
        let (rows, cols) = self.size;
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_ormsh"));
        command.args(self.args);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("HOME", self.home);
        command.env("PAGER", "cat");
        for (name, value) in self.env {
            command.env(name, value);
        }
        command.cwd(self.home);
        let child = pair.slave.spawn_command(command).expect("ormsh starts");
        drop(pair.slave);
        let screen = Arc::new(Mutex::new(vt100::Parser::new(cells(rows), cells(cols), 1000)));
        let raw = Arc::new(Mutex::new(Vec::new()));
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let (to, kept) = (screen.clone(), raw.clone());
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(n) = reader.read(&mut bytes) {
                if n == 0 {
                    break;
                }
                to.lock().expect("the screen").process(&bytes[..n]);
                kept.lock().expect("the bytes").extend_from_slice(&bytes[..n]);
            }
        });
        let writer = pair.master.take_writer().expect("a writer");
        Terminal { master: pair.master, writer, child, screen, raw }
    }
}

impl Terminal {
    fn send(&mut self, text: &str) {
        self.writer.write_all(text.as_bytes()).and_then(|()| self.writer.flush()).expect("typing");
    }

    fn shown(&self) -> String {
        let screen = self.screen.lock().expect("the screen");
        let text = screen.screen().contents();
        text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_string()
    }

    /// Waits until the screen is as asked.
    fn wait(&self, what: &str, is: impl Fn(&str) -> bool) -> String {
        let started = Instant::now();
        loop {
            let shown = self.shown();
            if is(&shown) {
                return shown;
            }
            assert!(started.elapsed() < PATIENCE, "never seen: {what}\n---\n{shown}\n---");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn wait_for(&self, text: &str) -> String {
        self.wait(text, |shown| shown.contains(text))
    }

    /// Waits for the prompt of a cell with nothing typed at it.
    fn prompt(&self, number: u32) -> String {
        let prompt = format!("In [{number}]:");
        self.wait(&prompt, |shown| shown.ends_with(&prompt))
    }

    fn leave(&mut self) -> u32 {
        let started = Instant::now();
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return status.exit_code();
            }
            assert!(started.elapsed() < PATIENCE, "it never left:\n{}", self.shown());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn home() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

#[test]
fn types_edits_and_leaves() {
    let home = home();
    let mut term = Start::at(home.path()).open();
    let first = term.prompt(1);
    assert!(first.starts_with("ormsh "), "{first}");
    assert!(first.lines().take_while(|l| !l.starts_with("In [")).filter(|l| !l.is_empty()).count() <= 3, "{first}");
    term.send("1 + 4");
    term.wait_for("In [1]: 1 + 4");
    // Back over the 4, which a 2 takes the place of.
    term.send("\x7f2\r");
    term.wait_for("Out[1]: 3");
    term.prompt(2);
    // An empty line counts for nothing.
    term.send("\r");
    term.wait("the prompt again", |s| s.matches("In [2]:").count() == 2);
    // Home, a letter in front, End.
    term.send("bc'\x01'a\x05.upper()\r");
    term.wait_for("Out[2]: 'ABC'");
    term.prompt(3);
    term.send("\x04");
    assert_eq!(term.leave(), 0);
}

#[test]
fn exits_by_word() {
    let home = home();
    for (word, status) in [("exit", 0), ("quit", 0), ("exit()", 0), ("raise SystemExit(3)", 3)] {
        let mut term = Start::at(home.path()).open();
        term.prompt(1);
        term.send(&format!("{word}\r"));
        assert_eq!(term.leave(), status, "{word}");
    }
}

#[test]
fn takes_blocks_line_by_line() {
    let home = home();
    let mut term = Start::at(home.path()).open();
    term.prompt(1);
    term.send("for i in range(2):\r");
    term.wait_for("   ...:");
    // The indentation comes by itself; a blank line runs the block.
    term.send("print('line', i)\r");
    term.wait("a second continuation", |s| s.matches("   ...:").count() == 2);
    term.send("\r");
    let shown = term.wait_for("line 1");
    assert!(shown.contains("   ...:     print('line', i)"), "{shown}");
    term.prompt(2);
    // Up brings the whole cell back, and it runs again as it was.
    term.send("\x1b[A");
    term.wait_for("In [2]: for i in range(2):\n   ...:     print('line', i)");
    term.send("\r\r");
    term.wait("both lines again", |s| s.matches("line 1").count() == 2);
    term.prompt(3);
    // An open bracket continues too.
    term.send("[1,\r2]\r");
    term.wait_for("Out[3]: [1, 2]");
    // Esc-Enter runs what is there.
    term.prompt(4);
    term.send("if True:\rprint('forced')\x1b\r");
    term.wait_for("\nforced");
}

#[test]
fn remembers_over_runs() {
    let home = home();
    let mut term = Start::at(home.path()).open();
    term.prompt(1);
    term.send("def twice(x):\rreturn x * 2\r\r");
    term.prompt(2);
    term.send("twice(21)\r");
    term.wait_for("Out[2]: 42");
    term.send("\x04");
    term.leave();
    let mut term = Start::at(home.path()).open();
    term.prompt(1);
    // The cell of two lines is one entry.
    term.send("\x1b[A\x1b[A");
    term.wait_for("In [1]: def twice(x):\n   ...:     return x * 2");
    term.send("\r\r");
    term.prompt(2);
    // Reverse search finds the call.
    term.send("\x12ice(2");
    term.wait_for("twice(21)");
    term.send("\r");
    term.wait_for("Out[2]: 42");
    // Ghost text from history, taken with Ctrl-E.
    term.prompt(3);
    term.send("twi");
    term.wait_for("In [3]: twice(21)");
    term.send("\x05\r");
    term.wait_for("Out[3]: 42");
}

#[test]
fn completes() {
    let home = home();
    let mut term = Start::at(home.path()).open();
    term.prompt(1);
    term.send("Student.objects.filter(surn\t");
    term.wait_for("In [1]: Student.objects.filter(surname");
    term.wait_for("surname__");
    term.send("=\"x\").cou\t");
    term.wait_for(".count(");
    term.send(")\r");
    term.wait_for("Out[1]: 0");
    term.prompt(2);
    // In a later line of a cell the whole menu is seen, too.
    term.send("for s in Student.objects.all():\rs.adviser.me\t");
    let shown = term.wait_for("mentor_id");
    assert!(shown.contains("mentees") && shown.ends_with("   ...:     s.adviser.ment"), "{shown}");
    term.send("\x03");
    term.wait("the prompt again", |s| s.ends_with("In [2]:"));
    // A menu with what each candidate is.
    term.send("Student.objects.order_by('\t");
    let shown = term.wait_for("department");
    assert!(shown.contains("CharField(30)"), "{shown}");
}

fn interrupted(term: &mut Terminal, busy: &str) {
    term.send(busy);
    std::thread::sleep(Duration::from_millis(700));
    let pressed = Instant::now();
    term.send("\x03");
    term.wait_for("KeyboardInterrupt");
    let took = pressed.elapsed();
    // A tenth of a second on a machine that has nothing else to do.
    assert!(took < Duration::from_millis(1000), "Ctrl-C took {took:?}");
}

#[test]
fn stops_at_control_c() {
    let home = home();
    let mut term = Start::at(home.path()).open();
    term.prompt(1);
    // At the prompt it clears the line and keeps the counter.
    term.send("x = 'typed and");
    term.wait_for("typed and");
    term.send("\x03");
    term.wait("the prompt again", |s| s.matches("In [1]:").count() == 2 && s.ends_with("In [1]:"));
    // In a loop.
    interrupted(&mut term, "while True: pass\r\r");
    term.prompt(2);
    // In a query that would take for ever.
    term.send("\x0c");
    let query = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    interrupted(&mut term, &format!("connection.cursor().execute('{query}')\r"));
    term.prompt(3);
    term.send("1 + 1\r");
    term.wait_for("Out[3]: 2");
}

#[test]
fn takes_pasted_sessions() {
    let home = home();
    let mut term = Start::at(home.path()).open();
    term.prompt(1);
    let paste = "In [1]: total = 5\n\nIn [2]: for i in range(2):\n   ...:     total += i\n   ...:\n\nIn [3]: total\nOut[3]: 6\n";
    term.send(&format!("\x1b[200~{paste}\x1b[201~"));
    term.wait_for("Out[3]: 6");
    term.send("\r\r");
    term.wait_for("Out[1]: 6");
    term.prompt(2);
    term.send("\x1b[200~>>> x = 1\n>>> if x:\n...     print('pasted')\n...\n\x1b[201~\r\r");
    term.wait_for("\npasted");
    term.prompt(3);
    // Indentation stays as it was.
    term.send("\x1b[200~def f():\n    if True:\n        return 'deep'\n\nf()\n\x1b[201~\r\r");
    term.wait_for("Out[3]: 'deep'");
}

#[test]
fn fits_the_window() {
    let home = home();
    let mut start = Start::at(home.path());
    start.size = (24, 60);
    let mut term = start.open();
    term.prompt(1);
    let size = PtySize { rows: 24, cols: 40, pixel_width: 0, pixel_height: 0 };
    term.master.resize(size).expect("a resize");
    term.screen.lock().expect("the screen").screen_mut().set_size(cells(24), cells(40));
    // Longer than the window is wide; then an edit at its beginning.
    term.send("len('0123456789012345678901234567890123456789')\x01x = \x05; x\r");
    term.wait_for("Out[1]: 40");
    term.prompt(2);
    // Wide characters keep the cursor where it belongs.
    term.send("'你好é'\x1b[D!\r");
    term.wait_for("Out[2]: '你好é!'");
}

#[test]
fn heeds_the_environment() {
    let home = home();
    let has_color = |term: &Terminal| {
        let raw = term.raw.lock().expect("the bytes");
        String::from_utf8_lossy(&raw).contains("\x1b[32m")
    };
    let colored = Start::at(home.path()).open();
    colored.prompt(1);
    assert!(has_color(&colored));
    let mut start = Start::at(home.path());
    start.env = &[("NO_COLOR", "1")];
    let mut plain = start.open();
    plain.prompt(1);
    plain.send("Student.objects.filter(\x03");
    plain.wait("the prompt again", |s| s.matches("In [1]:").count() == 2 && s.ends_with("In [1]:"));
    plain.send("1/0\r");
    plain.prompt(2);
    assert!(!has_color(&plain));
    // Piped: no banner, no prompts, no colours, unless they are asked for.
    let piped = |env: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ormsh"));
        command.env_clear().env("HOME", home.path()).envs(env.iter().copied());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("ormsh starts");
        child.stdin.take().expect("its input").write_all(b"1/0\n").expect("typing");
        String::from_utf8(child.wait_with_output().expect("its output").stdout).expect("UTF-8")
    };
    let out = piped(&[("TERM", "xterm")]);
    assert!(out.starts_with("-----") && !out.contains('\x1b') && !out.contains("In [1]:"), "{out}");
    assert!(piped(&[("CLICOLOR_FORCE", "1")]).contains('\x1b'));
    assert!(!piped(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).contains('\x1b'));
}

#[test]
fn heeds_the_configuration() {
    let home = home();
    let folder = home.path().join(".config/ormsh");
    std::fs::create_dir_all(&folder).expect("a folder");
    let config = "[prompt]\nstyle = \">>>\"\nkeys = \"vi\"\nsql = true\nbrackets = true\nstartup = [\"answer = 42\"]\n";
    std::fs::write(folder.join("config.toml"), config).expect("a file");
    let mut term = Start::at(home.path()).open();
    term.wait("the prompt", |s| s.ends_with(">>>"));
    // vi: leave the insert mode, to the line's beginning, delete a character, run.
    term.send("xanswer\x1b");
    std::thread::sleep(Duration::from_millis(700));
    term.send("0x");
    term.wait_for(">>> answer");
    term.send("\r");
    term.wait_for("42");
    term.send("Student.objects.count(");
    // The bracket that is missing, as ghost text.
    term.wait_for("count()");
    term.send(")\r");
    term.wait_for("SELECT COUNT(*)");
}

#[test]
fn stands_a_narrow_window() {
    let home = home();
    let mut start = Start::at(home.path());
    start.size = (30, 20);
    let mut term = start.open();
    term.wait("the prompt", |s| s.ends_with("In [1]:"));
    term.send("Student.objects.fi\t");
    term.wait_for("filter(");
    term.send("\x03");
    term.wait("the prompt again", |s| s.ends_with("In [1]:"));
    term.send("[1, 2, 3]\r");
    term.wait_for("[1, 2, 3]\n");
}
