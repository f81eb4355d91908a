//! `unicodedata`: normal forms, names and their like. Mirrors <https://docs.python.org/3/library/unicodedata.html>.

use std::rc::Rc;

use unicode_normalization::UnicodeNormalization;

use crate::object::args::Args;
use crate::object::error::{Exc, Res};
use crate::object::function::Row;
use crate::object::module::Module;
use crate::object::rt::Rt;
use crate::object::value::Value;

fn normal(form: &str, text: &str) -> Res<String> {
    Ok(match form {
        "NFC" => text.nfc().collect(),
        "NFD" => text.nfd().collect(),
        "NFKC" => text.nfkc().collect(),
        "NFKD" => text.nfkd().collect(),
        _ => return Err(Exc::ValueError.new("invalid normalization form")),
    })
}

/// The one character of an argument.
fn character(a: &Args, slot: usize) -> Res<char> {
    let text = a.str(slot)?;
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(c),
        _ => Err(Exc::TypeError.new(format!(
            "{}() argument must be a unicode character, not a string of length {}",
            a.name,
            text.chars().count()
        ))),
    }
}

const ROWS: &[Row] = &[
    Row::method("normalize", "(form, unistr, /)", "The text in a normal form.", |_, a| {
        Ok(Value::from(normal(a.str(0)?, a.str(1)?)?))
    }),
    Row::method("is_normalized", "(form, unistr, /)", "Whether a text is in a normal form.", |_, a| {
        let text = a.str(1)?;
        Ok(Value::Bool(normal(a.str(0)?, text)? == **text))
    }),
    Row::method("name", "(chr, default=None, /)", "A character's name.", |_, a| {
        match (unicode_names2::name(character(a, 0)?), a.opt(1)) {
            (Some(name), _) => Ok(Value::from(name.to_string())),
            (None, Some(default)) => Ok(default.clone()),
            (None, None) => Err(Exc::ValueError.new("no such name")),
        }
    }),
    Row::method("lookup", "(name, /)", "The character of a name.", |_, a| {
        let name = a.str(0)?;
        match unicode_names2::character(name) {
            Some(c) => Ok(Value::from(c.to_string())),
            None => Err(Exc::KeyError.with_args(vec![Value::from(format!("undefined character name '{name}'"))])),
        }
    }),
    Row::method("combining", "(chr, /)", "A character's combining class.", |_, a| {
        Ok(Value::Int(unicode_normalization::char::canonical_combining_class(character(a, 0)?) as i64))
    }),
];

/// Fills the module.
pub(super) fn build(_rt: &Rt, m: &Rc<Module>) -> Res<()> {
    m.add_rows(ROWS);
    Ok(())
}
