//! Magics for how things look: tracebacks, colours, the pager, and %config for all that can be set.

use super::{Magic, Paging, Shell, say, usage};
use crate::object::suggest::closest;
use crate::object::{Res, Value};
use crate::session::Session;
use crate::session::text::{Role, Styled};
use crate::session::traceback::Mode;
use crate::shell::theme;

/// The table.
pub const ROWS: &[Magic] = &[
    Magic {
        name: "table",
        usage: "[on|off|ROWS]",
        doc: "Shows QuerySets and lists of rows as tables.
A number says how many rows a table shows (50). Rows too wide for the terminal are shown one below the other.",
        cell: false,
        run: table,
    },
    Magic {
        name: "xmode",
        usage: "[Context|Plain|Minimal|Verbose]",
        doc: "What tracebacks show; without a mode the next one.",
        cell: false,
        run: xmode,
    },
    Magic {
        name: "colors",
        usage: "[dark|light|none]",
        doc: "The colours for a dark or a light terminal.
IPython's names are understood too: linux, neutral, lightbg, nocolor.",
        cell: false,
        run: colors,
    },
    Magic {
        name: "pager",
        usage: "[on|off|auto]",
        doc: "Long output through $PAGER, or less.
auto pages help, listings and tables; on pages the values of cells too; off pages nothing.",
        cell: false,
        run: pager,
    },
    Magic {
        name: "config",
        usage: "[NAME[=VALUE]]",
        doc: "What can be set, for this session.
%config alone lists it; %config NAME shows one; %config NAME=VALUE sets it. What shall stay stands in ormsh.toml, or for
all sessions in $XDG_CONFIG_HOME/ormsh/config.toml, under [prompt].",
        cell: false,
        run: config,
    },
];

/// Reads `on` and `off`; nothing turns the switch.
pub(super) fn switch(session: &Session, name: &str, cell: &std::cell::Cell<bool>, rest: &str) -> Res<Option<Value>> {
    match on_or_off(rest) {
        Some(on) => cell.set(on),
        None if rest.is_empty() => cell.set(!cell.get()),
        None => return usage(session, &format!("%{name} takes on or off, not {rest}")),
    }
    say(session, &format!("{name} is {}\n", word(cell.get())));
    Ok(None)
}

fn on_or_off(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "on" | "1" | "true" | "yes" => Some(true),
        "off" | "0" | "false" | "no" => Some(false),
        _ => None,
    }
}

fn word(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}

fn table(shell: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    if let Ok(rows) = rest.parse::<usize>()
        && rows > 1
    {
        shell.state.rows.set(rows);
        shell.state.table.set(true);
        say(session, &format!("table is on, {rows} rows\n"));
        return Ok(None);
    }
    switch(session, "table", &shell.state.table, rest)
}

fn xmode(_: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    // IPython's order.
    let modes = [Mode::Plain, Mode::Context, Mode::Verbose, Mode::Minimal];
    let mode = match rest {
        "" => {
            let at = modes.iter().position(|m| *m == session.mode.get()).unwrap_or(0);
            modes[(at + 1) % modes.len()]
        }
        name => match Mode::parse(name) {
            Some(mode) => mode,
            None => {
                let known: Vec<String> = modes.iter().map(|m| format!("'{}'", m.name())).collect();
                let sentence = format!(
                    "UserWarning: Error changing user exception modes.\nUnrecognized mode in FormattedTB: <{name}>\nValid modes: [{}]\n",
                    known.join(", ")
                );
                say(session, &sentence);
                return Ok(None);
            }
        },
    };
    session.mode.set(mode);
    say(session, &format!("Exception reporting mode: {}\n", mode.name()));
    Ok(None)
}

fn colors(_: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    if rest.is_empty() {
        return usage(
            session,
            "%colors: you must specify a color theme. See '%colors?'. Available themes: ['dark', 'light', 'none']",
        );
    }
    if !theme::choose(rest) {
        return usage(session, &format!("there are no colors '{rest}'. Available themes: ['dark', 'light', 'none']"));
    }
    Ok(None)
}

fn paging(text: &str) -> Option<Paging> {
    match text.to_lowercase().as_str() {
        "auto" => Some(Paging::Auto),
        other => on_or_off(other).map(|on| if on { Paging::On } else { Paging::Off }),
    }
}

fn paging_word(paging: Paging) -> &'static str {
    match paging {
        Paging::Auto => "auto",
        Paging::On => "on",
        Paging::Off => "off",
    }
}

fn pager(shell: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    if !rest.is_empty() {
        match paging(rest) {
            Some(paging) => shell.state.paging.set(paging),
            None => return usage(session, &format!("%pager takes on, off or auto, not {rest}")),
        }
    }
    say(session, &format!("pager is {}\n", paging_word(shell.state.paging.get())));
    Ok(None)
}

/// One thing that `%config` sets.
struct Setting {
    name: &'static str,
    doc: &'static str,
    get: fn(&Shell, &Session) -> String,
    /// Sets it; `false` where the value is none.
    set: fn(&Shell, &Session, &str) -> bool,
}

fn set_switch(cell: &std::cell::Cell<bool>, text: &str) -> bool {
    on_or_off(text).inspect(|on| cell.set(*on)).is_some()
}

const SETTINGS: &[Setting] = &[
    Setting {
        name: "sql",
        doc: "the SQL behind each result: on, off",
        get: |shell, _| word(shell.state.sql.get()).into(),
        set: |shell, _, text| set_switch(&shell.state.sql, text),
    },
    Setting {
        name: "table",
        doc: "results as tables: on, off",
        get: |shell, _| word(shell.state.table.get()).into(),
        set: |shell, _, text| set_switch(&shell.state.table, text),
    },
    Setting {
        name: "table_rows",
        doc: "how many rows a table shows",
        get: |shell, _| shell.state.rows.get().to_string(),
        set: |shell, _, text| text.parse().ok().filter(|n| *n > 0).inspect(|n| shell.state.rows.set(*n)).is_some(),
    },
    Setting {
        name: "doctor",
        doc: "a hint below cells that repeat a query: on, off",
        get: |shell, _| word(shell.state.doctor.get()).into(),
        set: |shell, _, text| set_switch(&shell.state.doctor, text),
    },
    Setting {
        name: "pager",
        doc: "long output through a pager: auto, on, off",
        get: |shell, _| paging_word(shell.state.paging.get()).into(),
        set: |shell, _, text| paging(text).inspect(|p| shell.state.paging.set(*p)).is_some(),
    },
    Setting {
        name: "colors",
        doc: "dark, light, none",
        get: |_, _| theme::chosen().into(),
        set: |_, _, text| theme::choose(text),
    },
    Setting {
        name: "xmode",
        doc: "what tracebacks show: Context, Plain, Minimal, Verbose",
        get: |_, session| session.mode.get().name().into(),
        set: |_, session, text| Mode::parse(text).inspect(|mode| session.mode.set(*mode)).is_some(),
    },
];

fn config(shell: &Shell, session: &Session, rest: &str, _: Option<&str>) -> Res<Option<Value>> {
    if rest.is_empty() {
        let mut out = Styled::new();
        for setting in SETTINGS {
            let line = format!("{:<10} = {:<8}", setting.name, (setting.get)(shell, session));
            out.push(Role::Plain, line).push(Role::Dim, format!("  {}\n", setting.doc));
        }
        shell.say_long(session, &out);
        return Ok(None);
    }
    let (name, value) = match rest.split_once('=') {
        Some((name, value)) => (name.trim(), Some(value.trim().trim_matches(['\'', '"']))),
        None => (rest, None),
    };
    // `TerminalInteractiveShell.xmode` is what IPython calls it.
    let bare = name.rsplit('.').next().unwrap_or(name);
    let Some(setting) = SETTINGS.iter().find(|s| s.name == bare) else {
        let near = closest(bare, SETTINGS.iter().map(|s| s.name));
        let near = near.map(|n| format!(" Did you mean {n}?")).unwrap_or_default();
        return usage(session, &format!("there is no setting {name}.{near}"));
    };
    match value {
        None => Ok(Some(Value::str((setting.get)(shell, session)))),
        Some(value) if (setting.set)(shell, session, value) => Ok(None),
        Some(value) => usage(session, &format!("{} cannot be {value}: {}", setting.name, setting.doc)),
    }
}
