//! The text behind `Out[n]:`, as IPython's pretty printer lays it out on a page of 79 columns.

mod layout;
mod signature;

use std::rc::Rc;

use crate::object::{Class, Exception, Res, Rt, Value, ops};
use crate::source::Name;

pub use layout::Layout;

/// Columns of a line.
pub const WIDTH: usize = 79;
/// Items of a sequence that are shown; the rest is `...`.
const MAX_ITEMS: usize = 1000;

/// The text shown for a value.
///
/// Errors: whatever a `__repr__` of the session raises.
pub fn pretty(rt: &Rt, value: &Value) -> Res<String> {
    pretty_within(rt, value, WIDTH)
}

/// The text shown for a value on lines of so many columns.
///
/// Errors: as [`pretty`].
pub fn pretty_within(rt: &Rt, value: &Value, width: usize) -> Res<String> {
    let mut printer = Printer { rt, out: Layout::new(width), stack: Vec::new() };
    printer.pretty(value)?;
    Ok(printer.out.finish())
}

/// The lines of a text as `str.splitlines` finds them.
pub fn split_lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let is_break = |c: char| {
            matches!(c, '\n' | '\r' | '\x0b' | '\x0c' | '\x1c' | '\x1d' | '\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}')
        };
        match rest.char_indices().find(|&(_, c)| is_break(c)) {
            None => {
                lines.push(rest);
                break;
            }
            Some((at, c)) => {
                lines.push(&rest[..at]);
                let after = &rest[at + c.len_utf8()..];
                rest = if c == '\r' { after.strip_prefix('\n').unwrap_or(after) } else { after };
            }
        }
    }
    lines
}

struct Printer<'a> {
    rt: &'a Rt,
    out: Layout,
    /// The objects that are being printed, outermost first.
    stack: Vec<usize>,
}

/// An argument of a constructor call that stands for an object: `deque([1, 2], maxlen=3)`.
enum Argument {
    Value(Value),
    Named(String, Value),
    Raw(String),
}

/// How a class's instances are printed.
enum Style {
    Repr,
    Sequence(&'static str, &'static str),
    Set(&'static str, &'static str),
    Dict(&'static str, &'static str),
    Super,
    Pattern,
    Type,
    Function,
    Namespace,
    Exception,
    DefaultDict,
    OrderedDict,
    Deque,
    Counter,
    UserList,
}

impl Printer<'_> {
    fn pretty(&mut self, value: &Value) -> Res<()> {
        let id = value.id();
        let cycle = self.stack.contains(&id);
        self.stack.push(id);
        self.out.begin(0, "");
        let rt = self.rt;
        let result = rt.deeper(|| self.dispatch(value, cycle));
        self.out.end(0, "");
        self.stack.pop();
        result
    }

    fn dispatch(&mut self, value: &Value, cycle: bool) -> Res<()> {
        match value {
            Value::Method(method) if matches!(method.func, Value::Native(_)) && is_builtin_method(self.rt, method) => {
                return self.function(value);
            }
            Value::None
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Big(_)
            | Value::Float(_)
            | Value::Str(_)
            | Value::Bytes(_)
            | Value::Ellipsis
            | Value::NotImplemented => return self.repr(value),
            _ => {}
        }
        let class = self.rt.class_of(value);
        let repr = Name::new("__repr__");
        for class in class.mro() {
            if let Some(style) = self.style_of(class) {
                return self.styled(value, style, cycle);
            }
            let is_object = Rc::ptr_eq(class, &self.rt.types.object);
            if !is_object && class.own(repr).is_some_and(|f| ops::callable(self.rt, &f)) {
                return self.repr(value);
            }
        }
        self.plain_object(value, &class, cycle)
    }

    /// The printer registered for a class itself.
    fn style_of(&self, class: &Rc<Class>) -> Option<Style> {
        let t = &self.rt.types;
        let is = |other: &Rc<Class>| Rc::ptr_eq(class, other);
        if is(&t.object) {
            return None;
        }
        Some(if is(&t.tuple) {
            Style::Sequence("(", ")")
        } else if is(&t.list) {
            Style::Sequence("[", "]")
        } else if is(&t.dict) {
            Style::Dict("{", "}")
        } else if is(&t.set) {
            Style::Set("{", "}")
        } else if is(&t.frozenset) {
            Style::Set("frozenset({", "})")
        } else if is(&t.int) || is(&t.float) || is(&t.str) || is(&t.bytes) || is(&t.method) {
            Style::Repr
        } else if is(&t.type_) {
            Style::Type
        } else if is(&t.function) || is(&t.builtin) {
            Style::Function
        } else if is(self.rt.exc_class(crate::object::Exc::BaseException)) {
            Style::Exception
        } else {
            match (&**class.module.borrow(), &*class.name()) {
                ("builtins", "super") => Style::Super,
                ("builtins", "slice" | "range") => Style::Repr,
                ("builtins", "mappingproxy") => Style::Dict("mappingproxy({", "})"),
                ("re", "Pattern") => Style::Pattern,
                ("types", "SimpleNamespace") => Style::Namespace,
                ("datetime", "datetime" | "timedelta") => Style::Repr,
                ("collections", "defaultdict") => Style::DefaultDict,
                ("collections", "OrderedDict") => Style::OrderedDict,
                ("collections", "deque") => Style::Deque,
                ("collections", "Counter") => Style::Counter,
                ("collections", "UserList") => Style::UserList,
                _ => return None,
            }
        })
    }

    fn styled(&mut self, value: &Value, style: Style, cycle: bool) -> Res<()> {
        let rt = self.rt;
        match style {
            Style::Repr => self.repr(value),
            Style::Sequence(open, close) => {
                if cycle {
                    self.out.text(&format!("{open}...{close}"));
                    return Ok(());
                }
                let items = ops::collect(rt, value)?;
                self.out.begin(open.len(), open);
                self.items(&items)?;
                if items.len() == 1 && value.as_tuple().is_some() {
                    self.out.text(",");
                }
                self.out.end(open.len(), close);
                Ok(())
            }
            Style::Set(open, close) => {
                if cycle {
                    self.out.text(&format!("{open}...{close}"));
                    return Ok(());
                }
                let mut items = ops::collect(rt, value)?;
                if items.is_empty() {
                    self.out.text(&format!("{}()", ops::type_name(value)));
                    return Ok(());
                }
                if items.len() < MAX_ITEMS {
                    items = sorted(rt, items);
                }
                self.out.begin(open.len(), open);
                self.items(&items)?;
                self.out.end(open.len(), close);
                Ok(())
            }
            Style::Dict(open, close) => {
                if cycle {
                    self.out.text("{...}");
                    return Ok(());
                }
                let pairs = self.pairs(value)?;
                self.out.begin(open.len(), open);
                for (i, (key, item)) in pairs.iter().enumerate() {
                    if self.separate(i) {
                        break;
                    }
                    self.pretty(key)?;
                    self.out.text(": ");
                    self.pretty(item)?;
                }
                self.out.end(open.len(), close);
                Ok(())
            }
            Style::Super => {
                self.out.begin(8, "<super: ");
                let part = |name: &str| ops::get_attr(rt, value, Name::new(name));
                self.pretty(&part("__thisclass__")?)?;
                self.out.text(",");
                self.out.breakable();
                self.pretty(&part("__self__")?)?;
                self.out.end(8, ">");
                Ok(())
            }
            Style::Pattern => self.pattern(value),
            Style::Type => self.class(value),
            Style::Function => self.function(value),
            Style::Namespace => {
                if cycle {
                    return self.call("namespace", &[Argument::Raw("...".into())]);
                }
                let Value::Obj(object) = value else { return self.repr(value) };
                let named: Vec<Argument> =
                    object.attrs().iter().map(|(n, v)| Argument::Named(n.to_string(), v.clone())).collect();
                self.call("namespace", &named)
            }
            Style::Exception => self.exception(value),
            Style::DefaultDict | Style::OrderedDict | Style::Deque | Style::Counter | Style::UserList => {
                self.collection(value, style, cycle)
            }
        }
    }

    /// Text between the items of a sequence; whether that was all there is to show.
    fn separate(&mut self, index: usize) -> bool {
        if index > 0 {
            self.out.text(",");
            self.out.breakable();
        }
        if index >= MAX_ITEMS {
            self.out.text("...");
            return true;
        }
        false
    }

    fn items(&mut self, items: &[Value]) -> Res<()> {
        for (i, item) in items.iter().enumerate() {
            if self.separate(i) {
                break;
            }
            self.pretty(item)?;
        }
        Ok(())
    }

    fn pairs(&self, value: &Value) -> Res<Vec<(Value, Value)>> {
        if let Value::Dict(dict) = value {
            return Ok(dict.0.items());
        }
        let keys = ops::call_method(self.rt, value, Name::new("keys"), Default::default())?;
        let keys = ops::collect(self.rt, &keys)?;
        keys.into_iter().map(|k| ops::get_item(self.rt, value, &k).map(|v| (k, v))).collect()
    }

    fn repr(&mut self, value: &Value) -> Res<()> {
        let text = ops::repr(self.rt, value)?;
        self.out.begin(0, "");
        for (i, line) in split_lines(&text).into_iter().enumerate() {
            if i > 0 {
                self.out.hard_break();
            }
            self.out.text(line);
        }
        self.out.end(0, "");
        Ok(())
    }

    /// An object whose class says nothing about its text.
    fn plain_object(&mut self, value: &Value, class: &Rc<Class>, cycle: bool) -> Res<()> {
        self.out.begin(1, "<");
        self.pretty(&Value::Class(class.clone()))?;
        self.out.text(&format!(" at 0x{:x}", value.id()));
        if cycle {
            self.out.text(" ...");
        }
        self.out.end(1, ">");
        Ok(())
    }

    fn class(&mut self, value: &Value) -> Res<()> {
        let Value::Class(class) = value else { return self.repr(value) };
        let repr = Name::new("__repr__");
        let meta = self.rt.class_of(value);
        let own = meta.mro().take_while(|c| !Rc::ptr_eq(c, &self.rt.types.type_)).any(|c| c.own(repr).is_some());
        if own {
            return self.repr(value);
        }
        self.out.text(&qualified(class));
        Ok(())
    }

    fn function(&mut self, value: &Value) -> Res<()> {
        let text = signature::function_text(self.rt, value)?;
        self.out.text(&text);
        Ok(())
    }

    fn exception(&mut self, value: &Value) -> Res<()> {
        let class = self.rt.class_of(value);
        let args = match value.native::<Exception>() {
            Some(exception) => exception.args.borrow().clone(),
            None => Vec::new(),
        };
        let args: Vec<Argument> = args.into_iter().map(Argument::Value).collect();
        self.call(&qualified(&class), &args)
    }

    fn pattern(&mut self, value: &Value) -> Res<()> {
        let rt = self.rt;
        let text = ops::repr(rt, &ops::get_attr(rt, value, Name::new("pattern"))?)?;
        let mut args = vec![Argument::Raw(format!("r{}", text.replace("\\\\", "\\")))];
        let flags = ops::index(rt, &ops::get_attr(rt, value, Name::new("flags"))?)?;
        if flags != 0 {
            let names = [
                ("IGNORECASE", 2),
                ("LOCALE", 4),
                ("MULTILINE", 8),
                ("DOTALL", 16),
                ("UNICODE", 32),
                ("VERBOSE", 64),
                ("DEBUG", 128),
            ];
            let set: Vec<String> =
                names.iter().filter(|(_, bit)| flags & bit != 0).map(|(name, _)| format!("re.{name}")).collect();
            args.push(Argument::Raw(set.join("|")));
        }
        self.call("re.compile", &args)
    }

    fn collection(&mut self, value: &Value, style: Style, cycle: bool) -> Res<()> {
        let rt = self.rt;
        let name = self.rt.class_of(value).name();
        if cycle {
            return self.call(&name, &[Argument::Raw("...".into())]);
        }
        let attr = |name: &str| ops::get_attr(rt, value, Name::new(name));
        let pairs_list = |pairs: Vec<(Value, Value)>| {
            Value::list(pairs.into_iter().map(|(k, v)| Value::tuple(vec![k, v])).collect())
        };
        let args = match style {
            Style::DefaultDict => {
                let plain = crate::object::Dict::from_pairs(rt, self.pairs(value)?)?;
                vec![Argument::Value(attr("default_factory")?), Argument::Value(Value::Dict(plain))]
            }
            Style::OrderedDict => match self.pairs(value)? {
                pairs if pairs.is_empty() => Vec::new(),
                pairs => vec![Argument::Value(pairs_list(pairs))],
            },
            Style::Counter => {
                let common = ops::call_method(rt, value, Name::new("most_common"), Default::default())?;
                let mut pairs = Vec::new();
                for pair in ops::collect(rt, &common)? {
                    if let Some([key, count]) = pair.as_tuple().map(|t| &t[..]) {
                        pairs.push((key.clone(), count.clone()));
                    }
                }
                match pairs.is_empty() {
                    true => Vec::new(),
                    false => vec![Argument::Value(Value::Dict(crate::object::Dict::from_pairs(rt, pairs)?))],
                }
            }
            Style::Deque => {
                let mut args = vec![Argument::Value(Value::list(ops::collect(rt, value)?))];
                let max = attr("maxlen")?;
                if !max.is_none() {
                    args.push(Argument::Named("maxlen".into(), max));
                }
                args
            }
            _ => vec![Argument::Value(attr("data")?)],
        };
        self.call(&name, &args)
    }

    /// `name(a, b=c)`, wrapped under its first argument.
    fn call(&mut self, name: &str, args: &[Argument]) -> Res<()> {
        let prefix = format!("{name}(");
        let width = prefix.chars().count();
        self.out.begin(0, "");
        self.out.begin(width, &prefix);
        for (i, arg) in args.iter().enumerate() {
            if i > 0 {
                self.out.text(",");
                self.out.breakable();
            }
            match arg {
                Argument::Value(value) => self.pretty(value)?,
                Argument::Raw(text) => {
                    self.out.begin(0, "");
                    self.out.text(text);
                    self.out.end(0, "");
                }
                Argument::Named(name, value) => {
                    let prefix = format!("{name}=");
                    let width = prefix.chars().count();
                    self.out.begin(width, &prefix);
                    self.pretty(value)?;
                    self.out.end(width, "");
                }
            }
        }
        self.out.end(width, ")");
        self.out.end(0, "");
        Ok(())
    }
}

/// Whether a method of an instance is one of Python's own types, which shows as a function.
fn is_builtin_method(rt: &Rt, method: &crate::object::BoundMethod) -> bool {
    let class = rt.class_of(&method.receiver);
    !class.is_heap && &**class.module.borrow() == "builtins" && !matches!(method.receiver, Value::Class(_))
}

/// `module.QualName`, without the module where that is `builtins`.
pub fn qualified(class: &Class) -> String {
    let module = class.module.borrow();
    let name = class.qualname.borrow();
    if module.is_empty() || &**module == "builtins" { name.to_string() } else { format!("{module}.{name}") }
}

/// Sorted as `sorted` does, else by text, else as they are.
fn sorted(rt: &Rt, items: Vec<Value>) -> Vec<Value> {
    let by_text = |items: &[Value]| -> Res<Vec<Value>> {
        let mut keyed = Vec::with_capacity(items.len());
        for item in items {
            keyed.push((ops::str(rt, item)?, item.clone()));
        }
        keyed.sort_by(|a, b| a.0.as_str().cmp(b.0.as_str()));
        Ok(keyed.into_iter().map(|(_, item)| item).collect())
    };
    merge_sort(rt, &items).or_else(|_| by_text(&items)).unwrap_or(items)
}

/// A stable sort that stops at the first comparison that raises.
fn merge_sort(rt: &Rt, items: &[Value]) -> Res<Vec<Value>> {
    if items.len() < 2 {
        return Ok(items.to_vec());
    }
    let (a, b) = items.split_at(items.len() / 2);
    let (a, b) = (merge_sort(rt, a)?, merge_sort(rt, b)?);
    let mut out = Vec::with_capacity(items.len());
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        if ops::less(rt, &b[j], &a[i])? {
            out.push(b[j].clone());
            j += 1;
        } else {
            out.push(a[i].clone());
            i += 1;
        }
    }
    out.extend_from_slice(&a[i..]);
    out.extend_from_slice(&b[j..]);
    Ok(out)
}
