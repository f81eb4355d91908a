//! How a native function's arguments are bound, with the complaints of functions written in C.
//!
//! A signature with a `/` (or without parameters) is that of a C function: its errors are worded as CPython's argument
//! parsing words them. Any other binds as a Python function does ([`Params::bind`]).

use smallvec::SmallVec;

use super::args::CallArgs;
use super::error::{Error, Exc};
use super::function::RowKind;
use super::params::{Bound, Params};
use super::suggest;
use super::value::Value;

/// A native function's parameters, read once, and what a call has to know of them.
pub(super) struct Signature {
    pub params: Params,
    /// Whether errors are worded as a C function's.
    clinic: bool,
    /// `(...)`: everything is left unbound.
    pub open: bool,
    /// How many positional parameters must be given.
    required: usize,
    /// Whether a call by position alone, within the limits, needs no further look.
    simple: bool,
    /// The same for a function with `*args`, however many are given.
    spreads: bool,
}

/// Who is called: what the errors say.
pub(super) struct Callee<'a> {
    pub name: &'a str,
    pub owner: Option<&'a str>,
    pub kind: RowKind,
}

impl Signature {
    /// Whether a call with so many arguments, by position alone, needs no binding.
    #[inline]
    pub fn takes(&self, count: usize) -> bool {
        self.simple && count >= self.required && count <= self.params.positional
    }

    /// Whether a call with so many arguments, by position alone, needs no more than `*args` taking what is left over.
    #[inline]
    pub fn spreads(&self, count: usize) -> bool {
        self.spreads && count >= self.required
    }
}

impl Callee<'_> {
    /// Leading arguments that errors do not count: `self`, `cls`.
    fn hidden(&self) -> usize {
        match self.kind {
            RowKind::Static => usize::from(self.is_new()),
            _ => usize::from(self.owner.is_some()),
        }
    }

    fn is_new(&self) -> bool {
        self.name == "__new__" && self.owner.is_some()
    }

    fn short(&self) -> &str {
        match self.owner {
            Some(owner) if self.is_new() || self.name == "__init__" => owner,
            _ => self.name,
        }
    }

    fn full(&self) -> String {
        match self.owner {
            Some(owner) if self.is_new() || self.name == "__init__" => owner.to_string(),
            Some(owner) if self.kind != RowKind::Static => format!("{owner}.{}", self.name),
            _ => self.name.to_string(),
        }
    }

    /// Whether CPython reaches it through a type slot.
    pub(super) fn is_wrapper(&self) -> bool {
        const ORDINARY: &[&str] = &[
            "__getitem__",
            "__contains__",
            "__format__",
            "__reversed__",
            "__sizeof__",
            "__reduce__",
            "__reduce_ex__",
            "__dir__",
            "__round__",
            "__trunc__",
            "__floor__",
            "__ceil__",
            "__getnewargs__",
            "__copy__",
            "__deepcopy__",
            "__length_hint__",
            "__enter__",
            "__exit__",
            "__class_getitem__",
            "__subclasshook__",
            "__init_subclass__",
            "__subclasses__",
            "__instancecheck__",
            "__subclasscheck__",
            "__prepare__",
            "__missing__",
            "__new__",
            "__init__",
            "__complex__",
            "__bytes__",
            "__setstate__",
            "__getstate__",
        ];
        self.owner.is_some()
            && self.name.len() > 4
            && self.name.starts_with("__")
            && self.name.ends_with("__")
            && (!ORDINARY.contains(&self.name)
                || (self.name == "__getitem__"
                    && matches!(self.owner, Some("str" | "tuple" | "bytes" | "bytearray" | "range")))
                || (self.name == "__contains__" && !matches!(self.owner, Some("dict" | "set" | "frozenset"))))
    }
}

impl Signature {
    pub fn read(text: &str) -> Signature {
        let params = Params::parse(text);
        let open = text == "(...)";
        let optional = |i: usize| params.optional.get(i).copied().unwrap_or(false);
        let required = (0..params.positional).filter(|&i| !optional(i)).count();
        let keyword_needed = (params.positional..params.names.len()).any(|i| !optional(i));
        Signature {
            clinic: text.contains('/') || text == "()",
            open,
            required,
            simple: !keyword_needed && params.vararg.is_none() && !open,
            spreads: !keyword_needed && params.vararg.is_some() && !open,
            params,
        }
    }

    /// Binds a call's arguments. Errors: TypeErrors worded for the kind of function.
    pub fn bind(&self, callee: &Callee<'_>, args: CallArgs) -> Result<Bound, Error> {
        let given = args.pos.len();
        if self.simple && args.kw.is_empty() && given >= self.required && given <= self.params.positional {
            let mut slots: SmallVec<[Option<Value>; 6]> = SmallVec::new();
            for value in args.pos {
                slots.push(Some(value));
            }
            for _ in given..self.params.names.len() {
                slots.push(None);
            }
            return Ok(Bound { slots, rest: Vec::new(), kwargs: Vec::new() });
        }
        if !self.clinic {
            let name = match callee.owner {
                Some(owner) if callee.kind != RowKind::Static => format!("{owner}.{}", callee.name),
                _ => callee.name.to_string(),
            };
            return self.params.bind(&name, args);
        }
        self.check(callee, &args)?;
        self.params.bind(callee.short(), args)
    }

    /// Complains as C functions do.
    fn check(&self, callee: &Callee<'_>, args: &CallArgs) -> Result<(), Error> {
        let p = &self.params;
        let hidden = callee.hidden();
        let wrong = |message: String| Err(Exc::TypeError.new(message));
        if args.pos.len() < hidden {
            let owner = callee.owner.unwrap_or_default();
            return wrong(match callee.name {
                "__new__" => format!("{owner}.__new__(): not enough arguments"),
                name if callee.is_wrapper() || name == "__init__" => {
                    format!("descriptor '{name}' of '{owner}' object needs an argument")
                }
                name => format!("unbound method {owner}.{name}() needs an argument"),
            });
        }
        let given = args.pos.len() - hidden;
        let min = self.required.saturating_sub(hidden);
        let max = p.positional.saturating_sub(hidden);
        let takes_keywords = p.positional > p.posonly.max(hidden) || p.names.len() > p.positional;
        let plural = |n: usize| if n == 1 { "" } else { "s" };
        let name = callee.short();
        if !takes_keywords && p.kwarg.is_none() {
            if !args.kw.is_empty() {
                return wrong(match callee.is_wrapper() {
                    true => format!("wrapper {}() takes no keyword arguments", callee.name),
                    false => format!("{}() takes no keyword arguments", callee.full()),
                });
            }
            if given >= min && (given <= max || p.vararg.is_some()) {
                return Ok(());
            }
            let exact = min == max && p.vararg.is_none();
            if callee.is_wrapper() {
                let n = if given < min { min } else { max };
                let blank = matches!(callee.name, "__mul__" | "__rmul__" | "__imul__" | "__setitem__")
                    && matches!(callee.owner, Some("str" | "bytes" | "list" | "tuple" | "bytearray"))
                    || matches!(callee.name, "__pow__" | "__rpow__");
                let blank = if blank { " " } else { "" };
                let how = match (min == max, given < min) {
                    (true, _) => "",
                    (_, true) => "at least ",
                    _ => "at most ",
                };
                return wrong(format!("{blank}expected {how}{n} argument{}, got {given}", plural(n)));
            }
            let made = callee.is_new() || callee.name == "__init__";
            return wrong(match max {
                0 if exact => format!("{}() takes no arguments ({given} given)", callee.full()),
                1 if exact && !made => format!("{}() takes exactly one argument ({given} given)", callee.full()),
                _ => {
                    let (how, n) = match (exact, given < min) {
                        (true, _) => ("", min),
                        (_, true) => ("at least ", min),
                        _ => ("at most ", max),
                    };
                    format!("{name} expected {how}{n} argument{}, got {given}", plural(n))
                }
            });
        }
        if name == "sorted" && given != 1 {
            return wrong(format!("sorted expected 1 argument, got {given}"));
        }
        let total = p.names.len() - hidden.min(p.names.len());
        let keywords = args.kw.len();
        if p.vararg.is_none() && p.kwarg.is_none() && given + keywords > total {
            if keywords == 0 && matches!(name, "int" | "str") {
                return wrong(format!("{name} expected at most {max} arguments, got {given}"));
            }
            {
                let optional = p.optional.iter().skip(hidden).filter(|&&o| o).count();
                let how = if optional > 0 { "at most" } else { "exactly" };
                let kind = if given == 0 { "keyword " } else { "" };
                let n = given + keywords;
                return wrong(format!("{name}() takes {how} {total} {kind}argument{} ({n} given)", plural(total)));
            }
        }
        if given > max && p.vararg.is_none() {
            return wrong(match max {
                0 => format!("{name}() takes no positional arguments"),
                _ => {
                    let how =
                        if min < max || takes_keywords && p.positional < p.names.len() { "at most" } else { "exactly" };
                    format!("{name}() takes {how} {max} positional argument{} ({given} given)", plural(max))
                }
            });
        }
        let posonly = (hidden..p.posonly).filter(|&i| !p.optional.get(i).copied().unwrap_or(false)).count();
        if given < posonly {
            let how = if posonly < max || p.vararg.is_some() { "at least" } else { "exactly" };
            return wrong(format!(
                "{name}() takes {how} {posonly} positional argument{} ({given} given)",
                plural(posonly)
            ));
        }
        for (i, parameter) in p.names.iter().enumerate().skip(p.posonly.max(hidden)) {
            let by_keyword = args.kw.iter().any(|(n, _)| n == parameter);
            let by_position = i < p.positional && i < args.pos.len();
            if by_keyword && by_position {
                return wrong(format!(
                    "argument for {name}() given by name ('{parameter}') and position ({})",
                    i + 1 - hidden
                ));
            }
            if !by_keyword && !by_position && !p.optional.get(i).copied().unwrap_or(false) {
                return wrong(match name {
                    "enumerate" => format!("{name}() missing required argument '{parameter}'"),
                    _ => format!("{name}() missing required argument '{parameter}' (pos {})", i + 1 - hidden),
                });
            }
        }
        if p.kwarg.is_none() {
            let start = p.posonly.max(hidden).min(p.names.len());
            let known: Vec<_> = p.names[start..].iter().map(|n| n.text()).collect();
            for (keyword, _) in &args.kw {
                if !known.iter().any(|k| *keyword == **k) {
                    let mut message = match name {
                        "enumerate" => {
                            return wrong(format!("'{keyword}' is an invalid keyword argument for {name}()"));
                        }
                        "sorted" => format!("sort() got an unexpected keyword argument '{keyword}'"),
                        _ => format!("{name}() got an unexpected keyword argument '{keyword}'"),
                    };
                    if let Some(near) = suggest::closest(&keyword.text(), known.iter().map(|s| &**s)) {
                        message.push_str(&format!(". Did you mean '{near}'?"));
                    }
                    return wrong(message);
                }
            }
        }
        Ok(())
    }
}
