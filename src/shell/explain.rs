//! SQLite's plans for people: the tree, each step in plain words, and the index that would help.

use super::{pager, sql};
use crate::db::Db;
use crate::db::plan::{self, Advice, Alias, Step};
use crate::models::{Apps, FieldRef, ModelRef};
use crate::object::{Res, Value};
use crate::session::Session;
use crate::session::text::{Role, Styled};

/// A statement, the tree of its plan, and what would make it better.
///
/// Errors: SQLite's.
pub fn explain(session: &Session, text: &str, params: &[Value]) -> Res<Styled> {
    let db = Db::of(&session.rt);
    let steps = db.plan(&session.rt, text, params)?;
    let full = crate::db::log::with_params(text, params);
    let aliases = plan::aliases(&full);
    let width = pager::columns().unwrap_or(79);
    let mut out = Styled::new();
    out.extend(sql::lay_out(&full, width)).push(Role::Plain, "\n\n");
    tree(session, &steps, &aliases, &mut out);
    let advice = db.advise(&session.rt, text, params)?;
    match &advice {
        Some(advice) => advise(session, advice, &mut out),
        None => comfort(&steps, &full, &mut out),
    }
    Ok(out)
}

fn tree(session: &Session, steps: &[Step], aliases: &[Alias], out: &mut Styled) {
    out.push(Role::Heading, "QUERY PLAN").push(Role::Plain, "\n");
    let mut lines: Vec<(String, String)> = Vec::new();
    branch(session, steps, aliases, 0, "", &mut lines);
    let width = lines.iter().map(|(line, _)| line.chars().count()).max().unwrap_or(0).min(48);
    for (line, words) in lines {
        out.push(Role::Plain, format!("{line:<width$}")).push(Role::Dim, format!("  {words}"));
        out.push(Role::Plain, "\n");
    }
}

/// The steps below one, drawn under each other. A statement of SQLite's own making cannot go round in circles.
fn branch(
    session: &Session,
    steps: &[Step],
    aliases: &[Alias],
    parent: i64,
    lead: &str,
    lines: &mut Vec<(String, String)>,
) {
    let children: Vec<&Step> = steps.iter().filter(|s| s.parent == parent && s.id != parent).collect();
    for (i, step) in children.iter().enumerate() {
        let last = i + 1 == children.len();
        let (here, below) = if last { ("└── ", "    ") } else { ("├── ", "│   ") };
        lines.push((format!("{lead}{here}{}", step.detail), in_words(session, &step.detail, aliases)));
        if lead.len() < 200 {
            branch(session, steps, aliases, step.id, &format!("{lead}{below}"), lines);
        }
    }
}

/// A step in plain words.
fn in_words(session: &Session, detail: &str, aliases: &[Alias]) -> String {
    let words: Vec<&str> = detail.split_whitespace().collect();
    let at = |i: usize| words.get(i).copied().unwrap_or("");
    let table = |name: &str| {
        let found = aliases.iter().find(|a| a.name == name).map(|a| a.table.as_str());
        let model = |table: &str| super::describe::model_of_table(session, table);
        match found {
            Some(table) => Some((model(table).unwrap_or_else(|| table.to_string()), table.to_string())),
            None => model(name).map(|model| (model, name.to_string())),
        }
    };
    let index = words.iter().position(|w| *w == "INDEX").map(|i| at(i + 1)).unwrap_or("");
    let inside = detail.split_once('(').and_then(|(_, rest)| rest.rsplit_once(')'));
    let condition = inside.map(|(c, _)| c.replace('?', "…")).unwrap_or_default();
    match at(0) {
        "SCAN" if detail == "SCAN CONSTANT ROW" => "one row, made up".into(),
        "SCAN" => match table(at(1)) {
            None => "reads all of what was worked out".into(),
            Some((name, table)) if index.is_empty() => match Db::of(&session.rt).rows_of(&session.rt, &table) {
                Some(1) => format!("reads the one row of {name}"),
                Some(rows) => format!("reads all {rows} rows of {name}"),
                None => format!("reads all rows of {name}"),
            },
            Some((name, _)) if detail.contains("COVERING") => {
                format!("reads the index {index} from end to end: it holds all that is asked of {name}")
            }
            Some((name, _)) => format!("reads all rows of {name} in the order of {index}"),
        },
        "SEARCH" => {
            let name = table(at(1)).map_or_else(|| at(1).to_string(), |(name, _)| name);
            if detail.contains("INTEGER PRIMARY KEY") {
                format!("finds the {name} by its primary key")
            } else if detail.contains("AUTOMATIC") {
                format!("builds an index of {name} for this statement alone")
            } else {
                format!("finds the {name} by an index: {condition}")
            }
        }
        "USE" => match detail.rsplit_once("FOR ").map(|(_, what)| what) {
            Some("GROUP BY") => "sorts the rows into groups".into(),
            Some("DISTINCT") => "remembers what came already".into(),
            Some(_) => "sorts what was found".into(),
            None => String::new(),
        },
        "CORRELATED" => "worked out once for each row".into(),
        "SCALAR" => "worked out once".into(),
        "LIST" => "made into a list once".into(),
        "MATERIALIZE" => "worked out once and kept".into(),
        "CO-ROUTINE" => "worked out row by row as it is asked for".into(),
        "MULTI-INDEX" => "each side of OR by its own index".into(),
        "COMPOUND" | "MERGE" => "one query after the other, put together".into(),
        "BLOOM" => "passes over rows that cannot match".into(),
        _ => String::new(),
    }
}

/// The model of a table, and its fields by column.
fn fields(session: &Session, advice: &Advice) -> Option<(ModelRef, Vec<FieldRef>)> {
    let all = Apps::of(&session.rt).models(true);
    let model = all.into_iter().find(|m| m.db_table.borrow().trim_matches('"') == advice.table)?;
    let known = model.concrete_fields();
    let of = |column: &String| known.iter().find(|f| f.column().is_some_and(|c| *c == **column)).cloned();
    let fields = advice.columns.iter().map(of).collect::<Option<Vec<FieldRef>>>()?;
    Some((model, fields))
}

fn advise(session: &Session, advice: &Advice, out: &mut Styled) {
    let spared = match (advice.spares_scan, advice.spares_sort) {
        (true, true) => "reading every row, and sorting",
        (_, true) => "sorting",
        _ => "reading every row",
    };
    let Some((model, fields)) = fields(session, advice) else {
        let columns = advice.columns.join(", ");
        out.push(Role::Plain, format!("\nAn index of {} on {columns} would spare {spared}.\n", advice.table));
        return;
    };
    let names: Vec<String> = fields.iter().map(|f| f.name().to_string()).collect();
    let on = names.join(" and ");
    out.push(Role::Plain, format!("\nAn index on {on} would spare {spared}. In class {}:\n", model.object_name));
    let quoted: Vec<String> = names.iter().map(|n| format!("'{n}'")).collect();
    let index = match advice.nocase {
        // LIKE leaves case aside, and so must the index.
        true => format!(
            "models.Index(functions.Collate({}, 'nocase'), name='{}_{}_nocase')",
            quoted.join(", "),
            model.object_name.to_lowercase(),
            names.join("_")
        ),
        false => format!("models.Index(fields=[{}])", quoted.join(", ")),
    };
    out.push(Role::Sql, format!("    class Meta:\n        indexes = [{index}]\n"));
    if let ([field], false) = (fields.as_slice(), advice.nocase) {
        out.push(Role::Plain, "or ")
            .push(Role::Sql, "db_index=True")
            .push(Role::Plain, format!(" on {}.\n", field.name()));
    }
}

/// Why no index would help.
fn comfort(steps: &[Step], sql: &str, out: &mut Styled) {
    let scans = steps.iter().any(|s| s.detail.starts_with("SCAN "));
    let sentence = if !scans {
        "No table is read in full: every step finds its rows by an index or by a key."
    } else if sql.contains("LIKE '%") || sql.contains("REGEXP") {
        "No index would help: text is looked for in the middle, so every row has to be looked at."
    } else if !sql.contains(" WHERE ") {
        "No index would help: all rows are asked for."
    } else {
        "No single index would help."
    };
    out.push(Role::Plain, format!("\n{sentence}\n"));
}
