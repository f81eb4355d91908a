//! Entity-relationship diagrams: Mermaid and DOT as text, SVG drawn here, and a small one for the terminal.

mod layout;
mod svg;
mod text;

use std::rc::Rc;

use super::describe::{all_models, type_of};
use crate::models::{FieldRef, ModelRef};
use crate::object::suggest::closest;
use crate::session::Session;

/// A box.
#[derive(Clone, Debug)]
struct Entity {
    /// The model's name; with its app's label where two apps have one of that name.
    name: String,
    rows: Vec<Row>,
}

/// A row of a box: a field.
#[derive(Clone, Debug)]
struct Row {
    name: String,
    kind: String,
    /// `PK`, `FK`, `UK` or nothing.
    key: &'static str,
    /// Whether it has no column of its own.
    is_many: bool,
}

/// A line between boxes.
#[derive(Clone, Debug)]
struct Relation {
    from: usize,
    to: usize,
    /// The row of the field in its box.
    row: usize,
    field: String,
    many: bool,
    one: bool,
    null: bool,
}

/// Boxes and the lines between them.
#[derive(Clone, Debug, Default)]
struct Diagram {
    entities: Vec<Entity>,
    relations: Vec<Relation>,
}

/// A diagram in a format: `svg`, `mermaid`, `dot` or `text`; of some models and their neighbours, or of all where none is
/// named.
///
/// Errors: a sentence where there is no such format or model.
pub fn draw(session: &Session, format: &str, wanted: &[String]) -> Result<String, String> {
    let diagram = of_models(session, wanted)?;
    Ok(match format {
        "mermaid" => mermaid(&diagram),
        "dot" => dot(&diagram),
        "svg" => svg::draw(&diagram),
        "text" => text::draw(&diagram),
        _ => return Err(format!("--format {format}: give svg, mermaid, dot or text")),
    })
}

fn of_models(session: &Session, wanted: &[String]) -> Result<Diagram, String> {
    let models = all_models(session);
    let whole = whole(&models);
    if wanted.is_empty() {
        return Ok(whole);
    }
    let mut kept = vec![false; models.len()];
    for name in wanted {
        let model = super::describe::find_model(session, name).ok_or_else(|| {
            let near = closest(name, models.iter().map(|m| &*m.object_name));
            format!("there is no model {name}{}", near.map(|n| format!("; did you mean {n}?")).unwrap_or_default())
        })?;
        let Some(at) = models.iter().position(|m| Rc::ptr_eq(m, &model)) else { continue };
        kept[at] = true;
        for relation in &whole.relations {
            if relation.from == at {
                kept[relation.to] = true;
            }
            if relation.to == at {
                kept[relation.from] = true;
            }
        }
    }
    let new: Vec<Option<usize>> = kept
        .iter()
        .scan(0, |next, &keep| {
            let at = *next;
            *next += usize::from(keep);
            Some(keep.then_some(at))
        })
        .collect();
    let entities = whole.entities.into_iter().zip(&kept).filter(|(_, keep)| **keep).map(|(e, _)| e).collect();
    let relations = whole
        .relations
        .into_iter()
        .filter_map(|r| Some(Relation { from: new[r.from]?, to: new[r.to]?, ..r }))
        .collect();
    Ok(Diagram { entities, relations })
}

fn whole(models: &[ModelRef]) -> Diagram {
    let mut diagram = Diagram::default();
    for (from, model) in models.iter().enumerate() {
        let shared = models.iter().filter(|m| m.object_name == model.object_name).count() > 1;
        let name =
            if shared { format!("{}.{}", model.app_label, model.object_name) } else { model.object_name.to_string() };
        let mut rows = Vec::new();
        let many = model.local_many_to_many.borrow().clone();
        let columns = model.local_concrete_fields();
        for field in columns.iter().chain(&many) {
            if let Some(target) = field.related_model()
                && let Some(to) = models.iter().position(|m| Rc::ptr_eq(m, &target))
            {
                // A relation through a model of its own is drawn by that model's keys.
                let drawn_by_keys =
                    field.many_to_many() && field.through().is_some_and(|t| t.auto_created.borrow().is_none());
                if !drawn_by_keys {
                    diagram.relations.push(Relation {
                        from,
                        to,
                        row: rows.len(),
                        field: field.name().to_string(),
                        many: field.many_to_many(),
                        one: field.one_to_one(),
                        null: field.options().null,
                    });
                }
            }
            let is_many = field.many_to_many();
            let shown = if is_many { field.name().to_string() } else { field.attname().to_string() };
            rows.push(Row { name: shown, kind: type_of(field), key: key_of(field), is_many });
        }
        diagram.entities.push(Entity { name, rows });
    }
    diagram
}

fn key_of(field: &FieldRef) -> &'static str {
    if field.primary_key() {
        "PK"
    } else if field.is_relation() && !field.many_to_many() {
        "FK"
    } else if field.unique() {
        "UK"
    } else {
        ""
    }
}

/// A name that Mermaid and DOT take as it is.
fn identifier(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' }).collect()
}

fn mermaid(diagram: &Diagram) -> String {
    let mut out = String::from("erDiagram\n");
    for entity in &diagram.entities {
        out.push_str(&format!("    {} {{\n", identifier(&entity.name)));
        for row in entity.rows.iter().filter(|r| !r.is_many) {
            let kind = row.kind.split([' ', '(']).next().unwrap_or_default();
            let gap = if row.key.is_empty() { "" } else { " " };
            out.push_str(&format!("        {kind} {}{gap}{}\n", row.name, row.key));
        }
        out.push_str("    }\n");
    }
    for relation in &diagram.relations {
        let arrow = match (relation.many, relation.one, relation.null) {
            (true, ..) => "}o--o{",
            (_, true, false) => "|o--||",
            (_, true, true) => "|o--o|",
            (_, _, false) => "}o--||",
            _ => "}o--o|",
        };
        let name = |i: usize| diagram.entities.get(i).map(|e| identifier(&e.name)).unwrap_or_default();
        out.push_str(&format!("    {} {arrow} {} : {}\n", name(relation.from), name(relation.to), relation.field));
    }
    out
}

fn dot(diagram: &Diagram) -> String {
    let mut out = String::from(
        "digraph models {\n    rankdir=LR;\n    node [shape=plain, fontname=\"Helvetica\", fontsize=10];\n    edge [dir=both];\n",
    );
    let escape = crate::session::export::escape;
    for entity in &diagram.entities {
        let rows: Vec<String> = entity
            .rows
            .iter()
            .enumerate()
            .map(|(i, row)| {
                let key = if row.key.is_empty() { String::new() } else { format!(" <b>{}</b>", row.key) };
                format!(
                    "<tr><td align=\"left\" port=\"f{i}\">{}: {}{key}</td></tr>",
                    escape(&row.name),
                    escape(&row.kind)
                )
            })
            .collect();
        out.push_str(&format!(
            "    \"{}\" [label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"0\"><tr><td port=\"head\"><b>{}</b></td></tr>{}</table>>];\n",
            entity.name,
            escape(&entity.name),
            rows.concat()
        ));
    }
    for relation in &diagram.relations {
        let (tail, head) = match (relation.many, relation.one, relation.null) {
            (true, ..) => ("crowodot", "crowodot"),
            (_, true, false) => ("teeodot", "teetee"),
            (_, true, true) => ("teeodot", "teeodot"),
            (_, _, false) => ("crowodot", "teetee"),
            _ => ("crowodot", "teeodot"),
        };
        let name = |i: usize| diagram.entities.get(i).map(|e| e.name.as_str()).unwrap_or_default();
        out.push_str(&format!(
            "    \"{}\":f{} -> \"{}\":head [arrowtail={tail}, arrowhead={head}, tooltip=\"{}\"];\n",
            name(relation.from),
            relation.row,
            name(relation.to),
            relation.field
        ));
    }
    out.push_str("}\n");
    out
}
