//! Parameters of a function and the binding of a call's arguments to them, with Python's own complaints.
//!
//! Mirrors <https://docs.python.org/3/reference/expressions.html#calls>.

use smallvec::SmallVec;

use super::args::CallArgs;
use super::error::{Error, Exc};
use super::value::Value;
use crate::source::Name;

/// The parameters of a function. `names` holds them in the order of the slots: positional-only, positional or
/// keyword, then keyword-only; `*args` and `**kwargs` have no slot.
#[derive(Clone, Debug, Default)]
pub struct Params {
    /// Names by slot.
    pub names: Vec<Name>,
    /// How many of them are positional-only.
    pub posonly: usize,
    /// How many of them can be passed by position (the positional-only included).
    pub positional: usize,
    /// For each slot, whether it may be left out.
    pub optional: Vec<bool>,
    /// The name of `*args`.
    pub vararg: Option<Name>,
    /// The name of `**kwargs`.
    pub kwarg: Option<Name>,
}

/// What a call's arguments became.
pub struct Bound {
    /// A value for each slot that was given.
    pub slots: SmallVec<[Option<Value>; 6]>,
    /// What `*args` took.
    pub rest: Vec<Value>,
    /// What `**kwargs` took.
    pub kwargs: Vec<(Name, Value)>,
}

impl Params {
    /// Reads a signature text such as `(self, key, /, default=None, *args, flag=False, **kwargs)`. The texts are
    /// ours, so what it cannot read is a mistake of the table and reads as no parameters.
    pub fn parse(signature: &str) -> Params {
        let inner = signature.trim().trim_start_matches('(').trim_end_matches(')');
        let mut params = Params::default();
        let mut keyword_only = false;
        let mut depth = 0;
        let parts = inner.split(|c| {
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                _ => {}
            }
            c == ',' && depth == 0
        });
        for part in parts.map(str::trim).filter(|p| !p.is_empty()) {
            if part == "/" {
                params.posonly = params.names.len();
            } else if part == "*" {
                keyword_only = true;
            } else if let Some(name) = part.strip_prefix("**") {
                params.kwarg = Some(Name::new(name));
            } else if let Some(name) = part.strip_prefix('*') {
                params.vararg = Some(Name::new(name));
                keyword_only = true;
            } else {
                let (name, default) = match part.split_once('=') {
                    Some((name, _)) => (name, true),
                    None => (part, false),
                };
                let name = name.split(':').next().unwrap_or(name).trim();
                params.names.push(Name::new(name));
                params.optional.push(default);
                if !keyword_only {
                    params.positional += 1;
                }
            }
        }
        params
    }

    /// Binds a call's arguments. `fname` is the function's name in errors (without parentheses).
    ///
    /// Errors: Python's TypeErrors for missing, surplus, repeated and unknown arguments.
    pub fn bind(&self, fname: &str, args: CallArgs) -> Result<Bound, Error> {
        let mut slots: SmallVec<[Option<Value>; 6]> = SmallVec::with_capacity(self.names.len());
        let given = args.pos.len();
        let mut rest = Vec::new();
        let mut pos = args.pos.into_iter();
        for _ in 0..self.positional {
            match pos.next() {
                Some(v) => slots.push(Some(v)),
                None => break,
            }
        }
        slots.resize(self.names.len(), None);
        let mut surplus = false;
        if given > self.positional {
            if self.vararg.is_some() {
                rest = pos.collect();
            } else {
                surplus = true;
            }
        }
        let mut kwargs = Vec::new();
        let mut posonly_as_keyword: Vec<Name> = Vec::new();
        for (name, value) in args.kw {
            match self.names.iter().position(|&n| n == name) {
                Some(slot) if slot >= self.posonly => {
                    if slots[slot].is_some() {
                        return Err(Exc::TypeError.new(format!("{fname}() got multiple values for argument '{name}'")));
                    }
                    slots[slot] = Some(value);
                }
                _ if self.kwarg.is_some() => kwargs.push((name, value)),
                Some(_) => posonly_as_keyword.push(name),
                None => {
                    let mut message = format!("{fname}() got an unexpected keyword argument '{name}'");
                    let known: Vec<_> = self.names[self.posonly..].iter().map(|n| n.text()).collect();
                    if let Some(near) = super::suggest::closest(&name.text(), known.iter().map(|s| &**s)) {
                        message.push_str(&format!(". Did you mean '{near}'?"));
                    }
                    return Err(Exc::TypeError.new(message));
                }
            }
        }
        if !posonly_as_keyword.is_empty() {
            let names: Vec<_> = posonly_as_keyword.iter().map(|n| n.to_string()).collect();
            return Err(Exc::TypeError.new(format!(
                "{fname}() got some positional-only arguments passed as keyword arguments: '{}'",
                names.join(", ")
            )));
        }
        if surplus {
            return Err(self.too_many(fname, given, &slots));
        }
        let missing = |range: std::ops::Range<usize>| -> Vec<Name> {
            range.filter(|&i| slots[i].is_none() && !self.optional[i]).map(|i| self.names[i]).collect()
        };
        let positional = missing(0..self.positional);
        if !positional.is_empty() {
            return Err(missing_error(fname, "positional", &positional));
        }
        let keyword = missing(self.positional..self.names.len());
        if !keyword.is_empty() {
            return Err(missing_error(fname, "keyword-only", &keyword));
        }
        Ok(Bound { slots, rest, kwargs })
    }

    /// The complaint about parameters that got no value.
    pub fn missing(&self, fname: &str, slots: &[Option<Value>]) -> Error {
        let empty = |range: std::ops::Range<usize>| -> Vec<Name> {
            range.filter(|&i| slots.get(i).is_none_or(Option::is_none)).map(|i| self.names[i]).collect()
        };
        let positional = empty(0..self.positional);
        match positional.is_empty() {
            false => missing_error(fname, "positional", &positional),
            true => missing_error(fname, "keyword-only", &empty(self.positional..self.names.len())),
        }
    }

    fn too_many(&self, fname: &str, given: usize, slots: &[Option<Value>]) -> Error {
        let defaults = self.optional[..self.positional].iter().filter(|&&o| o).count();
        let (takes, plural) = if defaults > 0 {
            (format!("from {} to {}", self.positional - defaults, self.positional), true)
        } else {
            (self.positional.to_string(), self.positional != 1)
        };
        let keyword_given = slots[self.positional..].iter().filter(|s| s.is_some()).count();
        let (given_text, was) = if keyword_given > 0 {
            (
                format!(
                    "{given} positional argument{} (and {keyword_given} keyword-only argument{})",
                    if given == 1 { "" } else { "s" },
                    if keyword_given == 1 { "" } else { "s" }
                ),
                "were",
            )
        } else {
            (given.to_string(), if given == 1 { "was" } else { "were" })
        };
        Exc::TypeError.new(format!(
            "{fname}() takes {takes} positional argument{} but {given_text} {was} given",
            if plural { "s" } else { "" }
        ))
    }
}

fn missing_error(fname: &str, kind: &str, names: &[Name]) -> Error {
    let quoted: Vec<String> = names.iter().map(|n| format!("'{n}'")).collect();
    let list = match &quoted[..] {
        [one] => one.clone(),
        [a, b] => format!("{a} and {b}"),
        [head @ .., last] => format!("{}, and {last}", head.join(", ")),
        [] => String::new(),
    };
    let s = if names.len() == 1 { "" } else { "s" };
    Exc::TypeError.new(format!("{fname}() missing {} required {kind} argument{s}: {list}", names.len()))
}
