use smallvec::SmallVec;

use crate::object::args::Args;
use crate::object::error::{Exc, Res};
use crate::object::value::Value;

/// Binds the arguments that a `(...)` row took (`rest` without the class or instance, and `kwargs`) as CPython's C
/// functions do, with their own complaints. `fname` is the name in errors, where they have one; `required` of the
/// `names` must be given, `positional` of them may be given by position.
///
/// Errors: TypeError for missing, surplus, repeated and unknown arguments.
pub fn bind_c(
    fname: Option<&str>,
    names: &[&str],
    required: usize,
    positional: usize,
    a: &mut Args,
) -> Res<SmallVec<[Option<Value>; 8]>> {
    let who = fname.map_or_else(|| "function".to_string(), |f| format!("{f}()"));
    let given = a.rest.len();
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    if given + a.kwargs.len() > names.len() {
        let kind = if a.kwargs.is_empty() && positional < names.len() { "positional " } else { "" };
        let most = if kind.is_empty() { names.len() } else { positional };
        return Err(Exc::TypeError.new(format!(
            "{who} takes at most {most} {kind}argument{} ({} given)",
            plural(most),
            given + a.kwargs.len()
        )));
    }
    if given > positional {
        return Err(Exc::TypeError.new(format!(
            "{who} takes at most {positional} positional argument{} ({given} given)",
            plural(positional)
        )));
    }
    let mut slots: SmallVec<[Option<Value>; 8]> = std::mem::take(&mut a.rest).into_iter().map(Some).collect();
    slots.resize(names.len(), None);
    for (name, value) in std::mem::take(&mut a.kwargs) {
        let Some(at) = names.iter().position(|n| name == **n) else {
            let who = fname.map_or_else(|| "this function".to_string(), |f| format!("{f}()"));
            return Err(Exc::TypeError.new(format!("{who} got an unexpected keyword argument '{name}'")));
        };
        if slots[at].is_some() {
            return Err(
                Exc::TypeError.new(format!("argument for {who} given by name ('{name}') and position ({})", at + 1))
            );
        }
        slots[at] = Some(value);
    }
    if let Some(at) = (0..required).find(|&i| slots[i].is_none()) {
        return Err(Exc::TypeError.new(format!("{who} missing required argument '{}' (pos {})", names[at], at + 1)));
    }
    Ok(slots)
}
