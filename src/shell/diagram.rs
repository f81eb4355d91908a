//! Entity-relationship diagrams: Mermaid and DOT as text, SVG drawn here, and a small one for the terminal.

use crate::models::{FieldRef, ModelRef};
use crate::session::Session;
use crate::session::export::escape;

use super::describe::{all_models, type_of};

/// A relation drawn as a line.
struct Line {
    from: usize,
    to: usize,
    field: String,
    many: bool,
    one: bool,
}

fn lines(models: &[ModelRef]) -> Vec<Line> {
    let mut out = Vec::new();
    for (from, model) in models.iter().enumerate() {
        let many = model.local_many_to_many.borrow().clone();
        for field in model.local_fields.borrow().iter().chain(&many) {
            let Some(target) = field.related_model() else { continue };
            let Some(to) = models.iter().position(|m| std::rc::Rc::ptr_eq(m, &target)) else { continue };
            // A relation through a model of its own is drawn by that model's keys.
            let drawn = field.many_to_many() && field.through().is_some_and(|t| t.auto_created.borrow().is_none());
            if !drawn {
                let (many, one) = (field.many_to_many(), field.one_to_one());
                out.push(Line { from, to, field: field.name().to_string(), many, one });
            }
        }
    }
    out
}

/// A diagram of all models in a format: `svg`, `mermaid`, `dot` or `text`. `None` where there is no such format.
pub fn draw(session: &Session, format: &str) -> Option<String> {
    let models = all_models(session);
    Some(match format {
        "mermaid" => mermaid(&models),
        "dot" => dot(&models),
        "svg" => svg(&models),
        "text" => text(&models),
        _ => return None,
    })
}

fn key_of(field: &FieldRef) -> &'static str {
    if field.primary_key() {
        " PK"
    } else if field.is_relation() {
        " FK"
    } else if field.unique() {
        " UK"
    } else {
        ""
    }
}

fn mermaid(models: &[ModelRef]) -> String {
    let mut out = String::from("erDiagram\n");
    for model in models {
        out.push_str(&format!("    {} {{\n", model.object_name));
        for field in model.local_concrete_fields() {
            out.push_str(&format!("        {} {}{}\n", field.class.name(), field.attname(), key_of(&field)));
        }
        out.push_str("    }\n");
    }
    for line in lines(models) {
        let arrow = match (line.many, line.one) {
            (true, _) => "}o--o{",
            (_, true) => "|o--||",
            _ => "}o--||",
        };
        let (from, to) = (&models[line.from].object_name, &models[line.to].object_name);
        out.push_str(&format!("    {from} {arrow} {to} : {}\n", line.field));
    }
    out
}

fn dot(models: &[ModelRef]) -> String {
    let mut out = String::from("digraph models {\n    rankdir=LR;\n    node [shape=record, fontsize=10];\n");
    for model in models {
        let fields: Vec<String> =
            model.local_concrete_fields().iter().map(|f| format!("{}: {}\\l", f.attname(), f.class.name())).collect();
        out.push_str(&format!(
            "    {} [label=\"{{{}|{}}}\"];\n",
            model.object_name,
            model.object_name,
            fields.concat()
        ));
    }
    for line in lines(models) {
        let (from, to) = (&models[line.from].object_name, &models[line.to].object_name);
        let (tail, head) = match (line.many, line.one) {
            (true, _) => ("crow", "crow"),
            (_, true) => ("tee", "tee"),
            _ => ("crow", "tee"),
        };
        out.push_str(&format!(
            "    {from} -> {to} [label=\"{}\", dir=both, arrowtail={tail}, arrowhead={head}];\n",
            line.field
        ));
    }
    out.push_str("}\n");
    out
}

fn text(models: &[ModelRef]) -> String {
    let mut out = String::new();
    let all = lines(models);
    for (i, model) in models.iter().enumerate() {
        out.push_str(&format!("{}\n", model.object_name));
        let own: Vec<&Line> = all.iter().filter(|l| l.from == i).collect();
        for (n, line) in own.iter().enumerate() {
            let branch = if n + 1 == own.len() { "└" } else { "├" };
            let arrow = match (line.many, line.one) {
                (true, _) => ">──<",
                (_, true) => "────",
                _ => ">───",
            };
            out.push_str(&format!("  {branch} {} {arrow} {}\n", line.field, models[line.to].object_name));
        }
    }
    out
}

const ROW: usize = 18;
const CHAR: usize = 7;
const GAP: usize = 70;

/// Boxes in columns: a model stands one column to the right of what points to it, as far as there are no circles.
fn columns(models: &[ModelRef], lines: &[Line]) -> Vec<usize> {
    let mut column = vec![0_usize; models.len()];
    for _ in 0..models.len().min(12) {
        let mut moved = false;
        for line in lines.iter().filter(|l| l.from != l.to) {
            if column[line.to] <= column[line.from] && column[line.from] + 1 < 5 {
                column[line.to] = column[line.from] + 1;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    column
}

fn svg(models: &[ModelRef]) -> String {
    let lines = lines(models);
    let column = columns(models, &lines);
    let rows: Vec<Vec<(String, String)>> = models
        .iter()
        .map(|m| {
            let fields = m.local_concrete_fields();
            fields.iter().map(|f| (f.attname().to_string(), format!("{}{}", type_of(f), key_of(f)))).collect()
        })
        .collect();
    let width = |i: usize| {
        let widest = rows[i].iter().map(|(a, b)| a.chars().count() + b.chars().count() + 3);
        (widest.max().unwrap_or(0).max(models[i].object_name.chars().count()) + 2) * CHAR
    };
    let height = |i: usize| (rows[i].len() + 1) * ROW + 12;
    let count = column.iter().max().map_or(0, |m| m + 1);
    // Within a column, models stand by the mean place of what points to them.
    let mut place = vec![(0_usize, 0_usize); models.len()];
    let mut x = 20;
    let mut bottom = 0;
    for c in 0..count {
        let mut here: Vec<usize> = (0..models.len()).filter(|&i| column[i] == c).collect();
        here.sort_by_key(|&i| {
            let from: Vec<usize> =
                lines.iter().filter(|l| l.to == i && column[l.from] < c).map(|l| place[l.from].1).collect();
            if from.is_empty() { i } else { from.iter().sum::<usize>() / from.len() }
        });
        let mut y = 20;
        for &i in &here {
            place[i] = (x, y);
            y += height(i) + 30;
        }
        bottom = bottom.max(y);
        x += here.iter().map(|&i| width(i)).max().unwrap_or(0) + GAP;
    }
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{x}\" height=\"{bottom}\" viewBox=\"0 0 {x} {bottom}\" \
         font-family=\"monospace\" font-size=\"12\" fill=\"none\" stroke=\"currentColor\">\n"
    );
    for line in &lines {
        let (fx, fy) = place[line.from];
        let (tx, ty) = place[line.to];
        let row = rows[line.from].iter().position(|(n, _)| n.trim_end_matches("_id") == line.field);
        let y1 = fy + row.map_or(ROW, |r| (r + 1) * ROW) + ROW / 2;
        let y2 = ty + ROW / 2 + 4;
        let (x1, x2, bend) = if tx > fx {
            (fx + width(line.from), tx, GAP as i64 / 2)
        } else if tx == fx {
            (fx + width(line.from), tx + width(line.to), GAP as i64 / 2)
        } else {
            (fx, tx + width(line.to), -(GAP as i64) / 2)
        };
        let (b1, b2) = (x1 as i64 + bend, if tx == fx { x2 as i64 + bend } else { x2 as i64 - bend });
        out.push_str(&format!(
            "<path d=\"M{x1},{y1} C{b1},{y1} {b2},{y2} {x2},{y2}\" opacity=\"0.6\"><title>{}.{}</title></path>\n",
            models[line.from].object_name, line.field
        ));
        let sign: i64 = if bend > 0 { 1 } else { -1 };
        if !line.one {
            out.push_str(&crow(x1 as i64, y1 as i64, sign));
        }
        if line.many {
            out.push_str(&crow(x2 as i64, y2 as i64, if tx > fx { -1 } else { 1 }));
        }
    }
    for (i, model) in models.iter().enumerate() {
        let (x, y) = place[i];
        let (w, h) = (width(i), height(i));
        out.push_str(&format!("<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"4\"/>\n"));
        out.push_str(&format!("<path d=\"M{x},{} h{w}\"/>\n", y + ROW + 4));
        let label = |x: usize, y: usize, weight: &str, text: &str| {
            format!("<text x=\"{x}\" y=\"{y}\" fill=\"currentColor\" stroke=\"none\"{weight}>{}</text>\n", escape(text))
        };
        out.push_str(&label(x + 7, y + 16, " font-weight=\"bold\"", &model.object_name));
        for (r, (name, kind)) in rows[i].iter().enumerate() {
            let line = y + (r + 2) * ROW + 2;
            out.push_str(&label(x + 7, line, "", name));
            out.push_str(&label(x + w - 7, line, " text-anchor=\"end\" opacity=\"0.6\"", kind));
        }
    }
    out.push_str("</svg>\n");
    out
}

/// A crow's foot: many.
fn crow(x: i64, y: i64, sign: i64) -> String {
    format!("<path d=\"M{x},{} L{},{y} L{x},{}\" opacity=\"0.6\"/>\n", y - 5, x + sign * 10, y + 5)
}
