//! Parameters of functions and lambdas, and type parameters.

use super::{Fail, Lower, Pair, Res, Row, Rule, name_of, span_of};
use crate::syntax::ast::{Arg, Arguments, Expr, TypeParam, TypeParamKind};

impl<'a> Lower<'a> {
    /// The rules `params` and `lambda_params`.
    pub(super) fn parameters(&mut self, pair: Pair<'_>) -> Res<Arguments> {
        let mut out = Arguments::default();
        let mut star = false;
        let mut slash = false;
        for param in pair.into_inner() {
            let span = span_of(&param);
            if out.kwarg.is_some() {
                return Err(Fail::Syntax(span));
            }
            let mut row = Row::new(param);
            match row.rule() {
                Some(Rule::dstar_mark) => {
                    row.skip();
                    out.kwarg = Some(self.parameter(&mut row)?);
                }
                Some(Rule::star_mark) => {
                    if star {
                        return Err(Fail::Syntax(span));
                    }
                    star = true;
                    row.skip();
                    if row.rule().is_some() {
                        out.vararg = Some(self.parameter(&mut row)?);
                    }
                }
                Some(Rule::slash) => {
                    if slash || star || out.args.is_empty() {
                        return Err(Fail::Syntax(span));
                    }
                    slash = true;
                    out.posonly = std::mem::take(&mut out.args);
                }
                _ => {
                    let arg = self.parameter(&mut row)?;
                    let default: Option<Expr> = match row.take_if(Rule::eq) {
                        Some(_) => Some(self.flat(&mut row)?),
                        None => None,
                    };
                    if star {
                        out.kwonly.push(arg);
                        out.kw_defaults.push(default);
                    } else {
                        match default {
                            Some(default) => out.defaults.push(default),
                            None if !out.defaults.is_empty() => return Err(Fail::Syntax(span)),
                            None => {}
                        }
                        out.args.push(arg);
                    }
                }
            }
        }
        if star && out.vararg.is_none() && out.kwonly.is_empty() {
            return Err(Fail::Syntax(crate::source::Span::default()));
        }
        Ok(out)
    }

    fn parameter(&mut self, row: &mut Row<'_>) -> Res<Arg> {
        let name = row.expect()?;
        let mut span = span_of(&name);
        let mut annotation = None;
        if matches!(row.rule(), Some(Rule::annotation | Rule::star_annotation)) {
            let pair = row.expect()?;
            span = span.to(span_of(&pair));
            annotation = Some(self.star_or_flat(&mut Row::new(pair))?);
        }
        Ok(Arg { name: name_of(name.as_str()), annotation, span })
    }

    pub(super) fn type_params(&mut self, pair: Pair<'_>) -> Res<Vec<TypeParam>> {
        let mut out = Vec::new();
        for param in pair.into_inner() {
            let span = span_of(&param);
            let mut row = Row::new(param);
            let kind = if row.take_if(Rule::star_mark).is_some() {
                TypeParamKind::TypeVarTuple
            } else if row.take_if(Rule::dstar_mark).is_some() {
                TypeParamKind::ParamSpec
            } else {
                TypeParamKind::TypeVar
            };
            let name = name_of(row.expect()?.as_str());
            let bound = match row.take_if(Rule::colon) {
                Some(_) => Some(self.flat(&mut row)?),
                None => None,
            };
            let default = match row.take_if(Rule::eq) {
                Some(_) => Some(self.star_or_flat(&mut row)?),
                None => None,
            };
            if bound.is_some() && kind != TypeParamKind::TypeVar {
                return Err(Fail::Syntax(span));
            }
            out.push(TypeParam { name, kind, bound, default, span });
        }
        Ok(out)
    }
}
