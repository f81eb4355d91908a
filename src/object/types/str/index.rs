//! Characters and slices of text, counted as Python counts.

use crate::object::error::{Exc, Res};
use crate::object::ops;
use crate::object::rt::Rt;
use crate::object::text::Str;
use crate::object::types::slice::{Places, Slice};
use crate::object::value::Value;

/// Where a character starts, in bytes; the length for one past the end.
pub fn byte_at(text: &Str, index: usize) -> usize {
    if text.is_ascii() {
        return index.min(text.len());
    }
    text.char_indices().nth(index).map_or(text.len(), |(at, _)| at)
}

/// The part between two characters.
pub fn part(text: &Str, start: usize, stop: usize) -> &str {
    if start >= stop {
        return "";
    }
    let from = byte_at(text, start);
    let to = match text.is_ascii() {
        true => stop.min(text.len()),
        false => {
            text.get(from..).and_then(|s| s.char_indices().nth(stop - start)).map_or(text.len(), |(at, _)| from + at)
        }
    };
    text.get(from..to).unwrap_or_default()
}

/// `text[key]`.
pub fn get_item(rt: &Rt, text: &Str, key: &Value) -> Res<Value> {
    if let Some(slice) = key.native::<Slice>() {
        let places = slice.places(rt, text.char_count())?;
        return Ok(Value::Str(slice_of(text, places)));
    }
    let i = match key {
        Value::Int(i) => *i,
        _ => super::super::sequence_index(rt, key, "string", "")?,
    };
    let len = text.char_count() as i64;
    let at = if i < 0 { i + len } else { i };
    if !(0..len).contains(&at) {
        return Err(Exc::IndexError.new("string index out of range"));
    }
    let found = match text.is_ascii() {
        true => text.as_bytes().get(at as usize).map(|&b| b as char),
        false => text.chars().nth(at as usize),
    };
    Ok(Value::Str(found.map(Str::of_char).unwrap_or_else(|| Str::from(""))))
}

fn slice_of(text: &Str, places: Places) -> Str {
    if places.step == 1 {
        if places.count == text.char_count() {
            return text.clone();
        }
        return Str::from(part(text, places.start as usize, places.start as usize + places.count));
    }
    if text.is_ascii() {
        let bytes = text.as_bytes();
        return places.iter().filter_map(|i| bytes.get(i)).map(|&b| b as char).collect::<String>().into();
    }
    let chars: Vec<char> = text.chars().collect();
    places.iter().filter_map(|i| chars.get(i)).collect::<String>().into()
}

/// A text argument of a method: `find() argument 1 must be str, not int`.
pub fn text_argument<'a>(name: &str, position: usize, v: &'a Value) -> Res<&'a Str> {
    v.as_str().ok_or_else(|| {
        Exc::TypeError.new(format!("{name}() argument {position} must be str, not {}", ops::argument_name(v)))
    })
}
