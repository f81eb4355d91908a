//! Tables of a query: their aliases, how often each is used, and whether a join is inner or outer.

use std::rc::Rc;

use smallvec::{SmallVec, smallvec};

use crate::models::{Model, ModelRef};
use crate::object::{Exc, Res, Rt};
use crate::source::Name;
use crate::sql::ir::{Alias, AliasSet, FilteredRelation, GroupBy, JoinKind, Query, Relabels, Table, relabel};

impl Table {
    /// The first table of a query.
    pub fn base(table_name: Rc<str>, alias: Alias) -> Table {
        Table {
            table_name,
            alias,
            kind: JoinKind::Base,
            parent: None,
            join_field: None,
            nullable: false,
            filtered_relation: None,
            refs: 0,
        }
    }

    /// Whether both would join the same rows to the same table.
    fn same_join(&self, other: &Table) -> bool {
        if self.kind == JoinKind::Base || other.kind == JoinKind::Base {
            return self.kind == other.kind && self.table_name == other.table_name && self.alias == other.alias;
        }
        let field = match (&self.join_field, &other.join_field) {
            (Some(a), Some(b)) => Rc::ptr_eq(a, b),
            _ => false,
        };
        let filtered = match (&self.filtered_relation, &other.filtered_relation) {
            (None, None) => true,
            (Some(a), Some(b)) => a.same(b),
            _ => false,
        };
        field && filtered && self.parent == other.parent && self.table_name == other.table_name
    }

    fn relabel(&mut self, map: &Relabels) {
        self.alias = map.apply(self.alias);
        self.parent = self.parent.map(|p| map.apply(p));
        if let Some(relation) = &mut self.filtered_relation
            && let Some(resolved) = &relation.resolved
        {
            let resolved = Some(relabel(resolved, map));
            Rc::make_mut(relation).resolved = resolved;
        }
    }
}

impl FilteredRelation {
    /// Whether both filter one relation in one way under one name.
    pub fn same(&self, other: &FilteredRelation) -> bool {
        self.relation_name == other.relation_name && self.alias == other.alias && self.condition == other.condition
    }
}

impl Query {
    /// An alias for a table and whether it is new. Without `create`, the first alias of the table is used again.
    pub(super) fn table_alias(&mut self, table: &Rc<str>, create: bool, filtered: Option<Name>) -> (Alias, bool) {
        let count = self.tables.len();
        let map = Rc::make_mut(&mut self.table_map);
        if let Some((_, aliases)) = map.iter_mut().find(|(name, _)| name == table) {
            if !create && let Some(&first) = aliases.first() {
                self.ref_alias(first);
                return (first, false);
            }
            let alias = Name::new(&format!("{}{}", self.alias_prefix, count + 1));
            aliases.push(alias);
            return (alias, true);
        }
        // The first use of a table goes by the table's own name.
        let alias = filtered.unwrap_or_else(|| Name::new(table));
        map.push((table.clone(), smallvec![alias]));
        (alias, true)
    }

    /// An alias for one of `extra(tables=...)`, and whether the table has to be added.
    pub(crate) fn extra_table_alias(&mut self, table: &Rc<str>) -> (Alias, bool) {
        let (alias, _) = self.table_alias(table, false, None);
        let add = self.table(alias).is_none_or(|t| t.refs == 1);
        (alias, add)
    }

    /// Counts one more use.
    pub fn ref_alias(&mut self, alias: Alias) {
        if let Some(table) = self.table_mut(alias) {
            table.refs += 1;
        }
    }

    /// Counts one use less.
    pub fn unref_alias(&mut self, alias: Alias) {
        if let Some(table) = self.table_mut(alias) {
            table.refs -= 1;
        }
    }

    /// How often each table is used now.
    pub fn refcounts(&self) -> SmallVec<[(Alias, i32); 8]> {
        self.tables.iter().map(|t| (t.alias, t.refs)).collect()
    }

    /// Counts back to what it was; tables that were not there then are not used.
    pub fn reset_refcounts(&mut self, to: &[(Alias, i32)]) {
        let same = self.tables.len() == to.len()
            && self.tables.iter().zip(to).all(|(t, (a, n))| t.alias == *a && t.refs == *n);
        if same {
            return;
        }
        for table in Rc::make_mut(&mut self.tables) {
            table.refs = to.iter().find(|(alias, _)| *alias == table.alias).map_or(0, |(_, refs)| *refs);
        }
    }

    /// The first table's alias, with one more use; the table is added where there is none.
    pub fn initial_alias(&mut self) -> Option<Alias> {
        if let Some(first) = self.tables.first() {
            let alias = first.alias;
            if let Some(first) = Rc::make_mut(&mut self.tables).first_mut() {
                first.refs += 1;
            }
            return Some(alias);
        }
        let name = self.model.as_ref()?.db_table.borrow().clone();
        let (alias, _) = self.table_alias(&name, true, None);
        let mut table = Table::base(name, alias);
        table.refs = 1;
        Rc::make_mut(&mut self.tables).push(table);
        Some(alias)
    }

    /// The first table's alias.
    pub fn base_table(&self) -> Option<Alias> {
        self.tables.first().map(|t| t.alias)
    }

    /// How many tables are used.
    pub fn active_tables(&self) -> usize {
        self.tables.iter().filter(|t| t.refs != 0).count()
    }

    /// How a table is joined.
    pub fn join_kind(&self, alias: Alias) -> JoinKind {
        self.table(alias).map_or(JoinKind::Base, |t| t.kind)
    }

    /// The alias of a join: one that is there and may be reused (`None`: any may), or a new one. A join below an outer
    /// join, or over a relation that can be empty, is outer. Errors are those of a `FilteredRelation`'s condition.
    pub fn join(&mut self, rt: &Rt, mut join: Table, reuse: Option<&AliasSet>) -> Res<Alias> {
        let mut found = None;
        for table in self.tables.iter() {
            if reuse.is_none_or(|r| r.contains(table.alias)) && table.same_join(&join) {
                found = Some(table.alias);
                if table.alias == join.alias {
                    break;
                }
            }
        }
        if let Some(alias) = found {
            self.ref_alias(alias);
            return Ok(alias);
        }
        let filtered = join.filtered_relation.as_ref().and_then(|r| r.alias);
        let (alias, _) = self.table_alias(&join.table_name, true, filtered);
        if join.kind != JoinKind::Base {
            let parent_outer = join.parent.is_some_and(|p| self.join_kind(p) == JoinKind::Outer);
            join.kind = if parent_outer || join.nullable { JoinKind::Outer } else { JoinKind::Inner };
        }
        join.alias = alias;
        join.refs = 1;
        let relation = join.filtered_relation.clone();
        Rc::make_mut(&mut self.tables).push(join);
        if let Some(relation) = relation {
            let reuse = reuse.map(|set| {
                let mut set = set.clone();
                set.insert(alias);
                set
            });
            let before = self.tables.len();
            let resolved = self.resolve_filtered_relation(rt, &relation, reuse)?;
            let tables = Rc::make_mut(&mut self.tables);
            if let Some(table) = tables.iter_mut().find(|t| t.alias == alias) {
                table.filtered_relation = Some(resolved);
            }
            // Joins that the condition needed have to stand before this one.
            if before < tables.len()
                && let Some(at) = tables.iter().position(|t| t.alias == alias)
            {
                let table = tables.remove(at);
                tables.push(table);
            }
        }
        Ok(alias)
    }

    /// The alias that has a parent model's columns, joined where it is not yet. `seen` remembers what was joined;
    /// `None` in it is the starting table.
    pub fn join_parent_model(
        &mut self,
        rt: &Rt,
        opts: &ModelRef,
        model: Option<&ModelRef>,
        mut alias: Alias,
        seen: &mut Vec<(Option<ModelRef>, Alias)>,
    ) -> Res<Alias> {
        let find = |seen: &[(Option<ModelRef>, Alias)], model: Option<&ModelRef>| {
            let same = |m: &Option<ModelRef>| match (m, model) {
                (None, None) => true,
                (Some(a), Some(b)) => Model::same(a, b),
                _ => false,
            };
            seen.iter().find(|(m, _)| same(m)).map(|(_, a)| *a)
        };
        if let Some(alias) = find(seen, model) {
            return Ok(alias);
        }
        let Some(model) = model else { return Ok(alias) };
        let mut current = opts.clone();
        for step in opts.base_chain(model) {
            if let Some(known) = find(seen, Some(&step)) {
                current = step;
                alias = known;
                continue;
            }
            // A proxy's model is in the chain without a link.
            let linked = current.parents.borrow().iter().any(|(p, link)| Model::same(p, &step) && link.is_some());
            if !linked {
                current = step;
                continue;
            }
            if let Some(link) = current.ancestor_link(&step) {
                let name = link.name().text();
                let info = self.setup_joins(rt, &[&*name], Some(&current), alias, None, true)?.or_raise()?;
                alias = info.joins.last().copied().unwrap_or(alias);
                seen.push((Some(step.clone()), alias));
            }
            current = step;
        }
        Ok(alias)
    }

    /// Makes joins outer where they can be empty, and all below them. A join of an inner one to an outer one would
    /// lose the outer one's rows again.
    pub fn promote_joins(&mut self, aliases: impl IntoIterator<Item = Alias>) {
        let mut todo: SmallVec<[Alias; 8]> = aliases.into_iter().collect();
        let mut at = 0;
        while let Some(&alias) = todo.get(at) {
            at += 1;
            let Some(table) = self.table(alias) else { continue };
            if table.kind == JoinKind::Base {
                continue;
            }
            let parent_outer = table.parent.is_some_and(|p| self.join_kind(p) == JoinKind::Outer);
            if !(table.nullable || parent_outer) || table.kind == JoinKind::Outer {
                continue;
            }
            if let Some(table) = self.table_mut(alias) {
                table.kind = JoinKind::Outer;
            }
            for table in self.tables.iter() {
                if table.parent == Some(alias) && !todo.get(at..).is_some_and(|rest| rest.contains(&table.alias)) {
                    todo.push(table.alias);
                }
            }
        }
    }

    /// Makes outer joins inner, and those above them.
    pub fn demote_joins(&mut self, aliases: impl IntoIterator<Item = Alias>) {
        let mut todo: SmallVec<[Alias; 8]> = aliases.into_iter().collect();
        let mut at = 0;
        while let Some(&alias) = todo.get(at) {
            at += 1;
            if self.join_kind(alias) != JoinKind::Outer {
                continue;
            }
            let mut parent = None;
            if let Some(table) = self.table_mut(alias) {
                table.kind = JoinKind::Inner;
                parent = table.parent;
            }
            if let Some(parent) = parent
                && self.join_kind(parent) == JoinKind::Inner
            {
                todo.push(parent);
            }
        }
    }

    /// Renames aliases everywhere in the query.
    pub fn change_aliases(&mut self, map: &Relabels) {
        if map.is_empty() {
            return;
        }
        if !self.where_.is_empty() {
            self.where_ = Rc::new(self.where_.relabel(map));
        }
        if let GroupBy::Exprs(exprs) = &self.group_by {
            self.group_by = GroupBy::Exprs(Rc::new(exprs.iter().map(|e| relabel(e, map)).collect()));
        }
        if !self.select.is_empty() {
            self.select = Rc::new(self.select.iter().map(|e| relabel(e, map)).collect());
        }
        if !self.annotations.is_empty() {
            self.annotations = Rc::new(self.annotations.iter().map(|(n, e)| (*n, relabel(e, map))).collect());
        }
        for &(old, new) in &map.0 {
            let tables = Rc::make_mut(&mut self.tables);
            let Some(at) = tables.iter().position(|t| t.alias == old) else { continue };
            // The renamed entry goes to the end, as in a dictionary.
            let mut table = tables.remove(at);
            table.relabel(map);
            let name = table.table_name.clone();
            tables.push(table);
            let table_map = Rc::make_mut(&mut self.table_map);
            if let Some((_, aliases)) = table_map.iter_mut().find(|(t, _)| *t == name)
                && let Some(alias) = aliases.iter_mut().find(|a| **a == old)
            {
                *alias = new;
            }
        }
        if !self.external_aliases.is_empty() {
            let renamed =
                |(alias, aliased): (&Alias, &bool)| (map.apply(*alias), *aliased || map.get(*alias).is_some());
            self.external_aliases = Rc::new(self.external_aliases.iter().map(renamed).collect());
        }
        if !self.combined_queries.is_empty() {
            for query in Rc::make_mut(&mut self.combined_queries) {
                let mut inner = Relabels::default();
                for &(old, new) in &map.0 {
                    if query.external_aliases.contains_key(&old) {
                        inner.set(old, new);
                    }
                }
                query.change_aliases(&inner);
            }
        }
    }

    /// Takes the next letter for this query's aliases, so that they cannot clash with the other query's. RecursionError
    /// where subqueries nest without end.
    pub fn bump_prefix(&mut self, other: &mut Query, exclude: Option<Alias>) -> Res<()> {
        if self.alias_prefix != other.alias_prefix {
            return Ok(());
        }
        let mut letters = Prefixes::after(&self.alias_prefix.text());
        let mut tries = 0;
        let prefix = loop {
            let prefix = Name::new(&letters.next_prefix());
            if !self.subq_aliases.contains(&prefix) {
                break prefix;
            }
            tries += 1;
            if tries > 62 {
                return Err(Exc::RecursionError.new("Maximum recursion depth exceeded: too many subqueries."));
            }
        };
        self.alias_prefix = prefix;
        Rc::make_mut(&mut self.subq_aliases).push(prefix);
        if self.subq_aliases.iter().any(|a| !other.subq_aliases.contains(a)) {
            let theirs = Rc::make_mut(&mut other.subq_aliases);
            for alias in self.subq_aliases.iter() {
                if !theirs.contains(alias) {
                    theirs.push(*alias);
                }
            }
        }
        let mut map = Relabels::default();
        let text = prefix.text();
        for (i, table) in self.tables.iter().enumerate() {
            if exclude != Some(table.alias) {
                map.set(table.alias, Name::new(&format!("{text}{i}")));
            }
        }
        self.change_aliases(&map);
        Ok(())
    }
}

/// `U`, `V` ... `Z`, `AA`, `AB` ...
struct Prefixes {
    length: usize,
    next: usize,
}

impl Prefixes {
    fn after(prefix: &str) -> Prefixes {
        let mut number = 0;
        for b in prefix.bytes() {
            number = number * 26 + usize::from(b.saturating_sub(b'A'));
        }
        let mut new = Prefixes { length: prefix.len(), next: number + 1 };
        new.carry();
        new
    }

    fn carry(&mut self) {
        if self.next >= 26usize.saturating_pow(self.length as u32) {
            self.length += 1;
            self.next = 0;
        }
    }

    fn next_prefix(&mut self) -> String {
        let mut letters = vec![b'A'; self.length];
        let mut rest = self.next;
        for letter in letters.iter_mut().rev() {
            *letter = b'A' + (rest % 26) as u8;
            rest /= 26;
        }
        self.next += 1;
        self.carry();
        letters.into_iter().map(char::from).collect()
    }
}
