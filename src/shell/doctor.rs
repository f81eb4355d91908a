//! Queries that are repeated: noticed in what a cell sent, with what would spare them.

use std::rc::Rc;

use indexmap::IndexMap;

use super::{pager, sql};
use crate::db::Logged;
use crate::models::relations::RelationKind;
use crate::models::{Apps, FieldRef, ModelRef};
use crate::session::Session;
use crate::session::text::{Role, Styled};

/// How often a query is sent before anything is said.
const OFTEN: usize = 3;

/// A query that was repeated.
pub struct Finding {
    /// How often.
    pub times: usize,
    /// The statement, with `%s` for the values.
    pub sql: String,
    /// The line of the cell, where it can be told.
    pub line: Option<usize>,
    /// What would spare it.
    pub advice: String,
}

impl Finding {
    /// One line for below a result.
    pub fn short(&self) -> String {
        format!("{} times the same query{}: {}", self.times, self.place(), self.advice)
    }

    fn place(&self) -> String {
        self.line.map(|line| format!(" (line {line})")).unwrap_or_default()
    }
}

/// What a statement does, as far as advice needs to know.
struct Shape {
    verb: String,
    table: String,
    /// The tables joined.
    joined: Vec<String>,
    /// The first condition `table.column = value`: which column of which table.
    by: Option<(String, String)>,
    /// How many conditions there are.
    conditions: usize,
    counts: bool,
    exists: bool,
}

/// A name in quotes behind a place.
fn name_at(text: &str) -> Option<String> {
    let rest = text.trim_start().strip_prefix('"')?;
    rest.split('"').next().map(str::to_string)
}

fn shape(text: &str) -> Option<Shape> {
    let verb = text.split_whitespace().next()?.to_string();
    let behind = |word: &str| text.find(word).and_then(|at| name_at(&text[at + word.len()..]));
    let table = match verb.as_str() {
        "SELECT" | "DELETE" => behind(" FROM ")?,
        "INSERT" => behind(" INTO ")?,
        "UPDATE" => name_at(&text["UPDATE".len()..])?,
        _ => return None,
    };
    let joined = text.match_indices(" JOIN ").filter_map(|(at, word)| name_at(&text[at + word.len()..])).collect();
    let conditions = text.find(" WHERE ").map(|at| &text[at + " WHERE ".len()..]).unwrap_or("");
    let by = conditions.find(" = %s").and_then(|at| {
        let left = conditions[..at].trim_start_matches('(');
        let mut parts = left.rsplit('"').filter(|p| !p.is_empty() && *p != ".");
        let (column, table) = (parts.next()?, parts.next()?);
        Some((table.to_string(), column.to_string()))
    });
    Some(Shape {
        counts: text.starts_with("SELECT COUNT("),
        exists: text.starts_with("SELECT 1 AS \"a\""),
        conditions: conditions.matches("%s").count(),
        verb,
        table,
        joined,
        by,
    })
}

/// A relation that a repeated query follows.
struct Followed {
    /// The model whose rows each asked for it.
    from: ModelRef,
    /// The attribute.
    accessor: String,
    /// The name in queries.
    query_name: String,
    /// Whether it leads to one row.
    single: bool,
    /// Whether no table stands between.
    direct: bool,
}

/// The queries of a cell that were repeated, with what would spare them.
pub fn findings(session: &Session, sent: &[Logged], cell: u32) -> Vec<Finding> {
    let mut groups: IndexMap<&str, Vec<&Logged>> = IndexMap::new();
    for statement in sent {
        groups.entry(&statement.sql).or_default().push(statement);
    }
    if groups.values().all(|group| group.len() < OFTEN) {
        return Vec::new();
    }
    let source = session.typed().into_iter().find(|(n, _)| *n == cell).map(|(_, text)| text).unwrap_or_default();
    let models = Apps::of(&session.rt).models(true);
    let of_table = |table: &str| models.iter().find(|m| m.db_table.borrow().trim_matches('"') == table).cloned();
    // The models whose rows were read, and by which path from the cell's own query they were reached.
    let mut seen: Vec<(ModelRef, Option<(ModelRef, String)>)> = Vec::new();
    let mut out = Vec::new();
    for (text, group) in &groups {
        let Some(shape) = shape(text) else { continue };
        let model = of_table(&shape.table);
        if group.len() < OFTEN {
            if let (Some(model), "SELECT") = (model, shape.verb.as_str()) {
                seen.push((model, None));
            }
            continue;
        }
        let followed = followed(session, &shape, &model, &seen);
        // Of several that it could be, the one that the cell names; of those the one whose own table is read.
        let followed = followed
            .into_iter()
            .max_by_key(|f| (line_naming(&source, &f.accessor).is_some(), f.direct && shape.joined.is_empty()));
        let (advice, word) = match followed {
            Some(followed) => {
                let known = seen.iter().find(|(m, _)| Rc::ptr_eq(m, &followed.from)).and_then(|(_, p)| p.clone());
                let (root, path) = match known {
                    Some((root, path)) => (root, format!("{path}__{}", followed.accessor)),
                    None => (followed.from.clone(), followed.accessor.clone()),
                };
                if let Some(model) = &model {
                    seen.push((model.clone(), followed.single.then(|| (root.clone(), path.clone()))));
                }
                (for_relation(&shape, &followed, &root, &path), followed.accessor)
            }
            None => {
                if let Some(model) = &model {
                    seen.push((model.clone(), None));
                }
                let name = model.as_ref().map_or_else(|| shape.table.clone(), |m| m.object_name.to_string());
                (for_itself(&shape, group, &name, model.as_ref()), String::new())
            }
        };
        let line = line_of(&source, &word);
        out.push(Finding { times: group.len(), sql: text.to_string(), line, advice });
    }
    out
}

/// The relations that a repeated query may follow from rows that were read before.
fn followed(
    session: &Session,
    shape: &Shape,
    model: &Option<ModelRef>,
    seen: &[(ModelRef, Option<(ModelRef, String)>)],
) -> Vec<Followed> {
    let mut out = Vec::new();
    let ("SELECT", Some((table, column)), Some(model)) = (shape.verb.as_str(), &shape.by, model) else { return out };
    let has_column = |field: &FieldRef, column: &str| field.column().is_some_and(|c| *c == *column);
    for (from, _) in seen.iter().rev() {
        // A foreign key's row, by the column that the key points to.
        if *table == shape.table && shape.joined.is_empty() {
            let to_model = |f: &&FieldRef| f.related_model().is_some_and(|m| Rc::ptr_eq(&m, model));
            let target = |f: &&FieldRef| match f.column_target() {
                Some(target) => has_column(&target, column),
                None => model.pk().is_some_and(|pk| has_column(&pk, column)),
            };
            let fields = from.concrete_fields();
            for field in fields.iter().filter(|f| f.is_relation()).filter(to_model).filter(target) {
                let name = field.name().to_string();
                out.push(Followed {
                    from: from.clone(),
                    accessor: name.clone(),
                    query_name: name,
                    single: true,
                    direct: true,
                });
            }
        }
        for rel in from.related_objects(&session.rt).iter().filter(|rel| !rel.hidden()) {
            let Some(forward) = rel.relation.get().and_then(|r| r.forward.get()?.upgrade()) else { continue };
            let Some(accessor) = rel.accessor_name() else { continue };
            let kind = forward.relation.get().map(|r| r.kind);
            let many = kind == Some(RelationKind::ManyToMany);
            let fits = match many {
                true => joins(&forward, from, table, column),
                false => {
                    *table == shape.table
                        && rel.related_model().is_some_and(|m| Rc::ptr_eq(&m, model))
                        && has_column(&forward, column)
                }
            };
            if fits {
                let single = kind == Some(RelationKind::OneToOne);
                let query_name = rel.related_query_name().to_string();
                out.push(Followed {
                    from: from.clone(),
                    accessor: accessor.to_string(),
                    query_name,
                    single,
                    direct: !many,
                });
            }
        }
        for field in from.many_to_many().iter() {
            if joins(field, from, table, column) {
                let name = field.name().to_string();
                out.push(Followed {
                    from: from.clone(),
                    accessor: name.clone(),
                    query_name: name,
                    single: false,
                    direct: false,
                });
            }
        }
    }
    out
}

/// Whether a column of a many-to-many field's own table points to a model.
fn joins(field: &FieldRef, to: &ModelRef, table: &str, column: &str) -> bool {
    let Some(through) = field.through().filter(|t| t.db_table.borrow().trim_matches('"') == table) else {
        return false;
    };
    let fields = through.concrete_fields();
    fields
        .iter()
        .any(|f| f.column().is_some_and(|c| *c == *column) && f.related_model().is_some_and(|m| Rc::ptr_eq(&m, to)))
}

fn for_relation(shape: &Shape, followed: &Followed, root: &ModelRef, path: &str) -> String {
    let root = &root.object_name;
    if followed.single {
        return format!("select_related('{path}') on the {root} query brings them along.");
    }
    if shape.counts {
        return format!("annotate(n=Count('{}')) on the {root} query counts them in one.", followed.query_name);
    }
    if shape.exists {
        return format!("annotate(Exists(...)) on the {root} query, or prefetch_related('{path}'), asks once.");
    }
    if shape.conditions > 1 {
        return format!("prefetch_related(Prefetch('{path}', queryset=...)) on the {root} query reads them in one.");
    }
    format!("prefetch_related('{path}') on the {root} query reads them in one.")
}

fn for_itself(shape: &Shape, group: &[&Logged], name: &str, model: Option<&ModelRef>) -> String {
    match shape.verb.as_str() {
        "INSERT" => format!("{name}.objects.bulk_create([...]) inserts them in one."),
        "UPDATE" => format!("{name}.objects.bulk_update([...], fields), or one update(), writes them in one."),
        "DELETE" => format!("{name}.objects.filter(pk__in=...).delete() deletes them in one."),
        _ => {
            let first = group.first().map(|s| s.text());
            if group.iter().all(|s| Some(s.text()) == first) {
                "its result can be kept in a variable: the values are the same each time.".into()
            } else if let Some((_, column)) = shape.by.as_ref().filter(|(table, _)| *table == shape.table) {
                let fields = model.map(|m| m.concrete_fields());
                let field = fields.iter().flat_map(|f| f.iter()).find(|f| f.column().is_some_and(|c| *c == **column));
                match field {
                    Some(field) if !field.primary_key() => {
                        format!("{name}.objects.filter({}__in=[...]) asks once for all.", field.name())
                    }
                    _ => format!("{name}.objects.in_bulk([...]), or filter(pk__in=[...]), asks once for all."),
                }
            } else {
                "one query for all values would do.".into()
            }
        }
    }
}

/// The line of a cell that names an attribute.
fn line_naming(source: &str, word: &str) -> Option<usize> {
    let names = |line: &str| {
        line.match_indices(&format!(".{word}"))
            .any(|(at, found)| !line[at + found.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    source.lines().position(names).filter(|_| !word.is_empty()).map(|at| at + 1)
}

/// The line of a cell that names an attribute; where none does, the first line inside a loop.
fn line_of(source: &str, word: &str) -> Option<usize> {
    let lines: Vec<&str> = source.lines().collect();
    if lines.len() < 2 {
        return None;
    }
    let looped = || lines.iter().position(|line| line.trim_start().starts_with("for ")).map(|at| at + 2);
    line_naming(source, word).or_else(looped)
}

/// All that was found, in full.
pub fn report(found: &[Finding], queries: usize, out: &mut Styled) {
    if found.is_empty() {
        let queries = if queries == 1 { "1 query".to_string() } else { format!("{queries} queries") };
        out.push(Role::Plain, format!("{queries}, none repeated {OFTEN} times or more.\n"));
        return;
    }
    let repeated: usize = found.iter().map(|f| f.times).sum();
    out.push(Role::Heading, format!("{queries} queries, {repeated} of them repeated:\n"));
    for finding in found {
        out.push(Role::Plain, format!("\n{} times{}:\n", finding.times, finding.place()));
        out.extend(sql::lay_out(&finding.sql, pager::columns().unwrap_or(79)));
        out.push(Role::Plain, format!("\n{}\n", capitalised(&finding.advice)));
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    // A sentence that begins with code stays as it is.
    match chars.next() {
        Some(c) if text.starts_with("its ") || text.starts_with("one ") => c.to_uppercase().chain(chars).collect(),
        _ => text.to_string(),
    }
}
